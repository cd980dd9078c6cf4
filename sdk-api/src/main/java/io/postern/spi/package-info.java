/**
 * What all plug-ins have in common: who they are, which settings they declare, and on whose behalf
 * they are called. Those who write one begin at {@link io.postern.spi.credential} or {@link
 * io.postern.spi.connector}; interfaces here gain {@code default} methods only.
 */
package io.postern.spi;
