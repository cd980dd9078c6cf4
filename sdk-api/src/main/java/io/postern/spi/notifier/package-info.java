/**
 * How notices leave Postern. A {@link io.postern.spi.notifier.Notifier} is not discovered, neither
 * by {@code META-INF/services} nor by {@code provides}: the host hands it to the builder. Begin at
 * {@link io.postern.spi.notifier.Notifier#deliver}.
 */
package io.postern.spi.notifier;
