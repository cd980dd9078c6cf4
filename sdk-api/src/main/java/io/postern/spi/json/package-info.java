/**
 * JSON (RFC 8259) for plug-ins whose store speaks it: read from bytes and written to bytes, so that
 * a secret in it is never a {@link String}, and wiped when it is closed.
 *
 * <p>Begin at {@link io.postern.spi.json.Json} for what a store answers, and at {@link
 * io.postern.spi.json.JsonBody} for what it is told; {@link io.postern.spi.json.WipedBytes} hold an
 * answer while it is read. Nothing here asks a network or keeps a thread.
 */
package io.postern.spi.json;
