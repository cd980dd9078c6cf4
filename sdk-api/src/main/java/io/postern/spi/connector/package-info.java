/**
 * Plug-ins that reach endpoints by a protocol. Begin at {@link
 * io.postern.spi.connector.ConnectorFactory}: name it in {@code
 * META-INF/services/io.postern.spi.connector.ConnectorFactory} on the class path, and by {@code
 * provides} in the {@code module-info} on the module path; the host then configures it by its name.
 * What a connection can do it says by implementing {@link io.postern.spi.connector.RunsCommands},
 * {@link io.postern.spi.connector.OpensShells} and {@link io.postern.spi.connector.MovesFiles}.
 */
package io.postern.spi.connector;
