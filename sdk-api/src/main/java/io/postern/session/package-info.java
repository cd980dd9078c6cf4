/**
 * Sessions from the ask to the end, and the tools inside them. Begin at {@link
 * io.postern.session.Sessions#start}; a {@link io.postern.session.Session} connects, and a {@link
 * io.postern.session.Connection} runs commands, opens shells and moves files.
 */
package io.postern.session;
