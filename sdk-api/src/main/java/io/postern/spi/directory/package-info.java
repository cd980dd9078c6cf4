/**
 * The host's people. A {@link io.postern.spi.directory.PersonDirectory} is not discovered, neither
 * by {@code META-INF/services} nor by {@code provides}: the host hands it to the builder. Begin
 * with {@link io.postern.spi.directory.PersonDirectory#of} and replace it by one that asks the real
 * directory.
 */
package io.postern.spi.directory;
