/**
 * What was recorded of shells and commands. {@link io.postern.recording.Recordings} plays it back
 * for those who may look, and verifies its seal.
 */
package io.postern.recording;
