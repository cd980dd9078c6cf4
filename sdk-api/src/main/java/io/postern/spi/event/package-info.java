/**
 * How the host hears of everything that is done or refused (rule SES-15). An {@link
 * io.postern.spi.event.EventListener} is not discovered, neither by {@code META-INF/services} nor
 * by {@code provides}: the host hands it to the builder under a name. Begin at {@link
 * io.postern.spi.event.EventListener#on}.
 */
package io.postern.spi.event;
