/**
 * How the host hears of what a person must look at. An {@link io.postern.spi.alarm.AlarmListener}
 * is not discovered, neither by {@code META-INF/services} nor by {@code provides}: the host hands
 * it to the builder. Begin at {@link io.postern.spi.alarm.AlarmListener#raised}.
 */
package io.postern.spi.alarm;
