package io.postern.spi.connector;

import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import java.util.List;

/**
 * Makes connectors for one way of reaching endpoints; its name is the {@code method} of the jump
 * items it serves. Found by {@link java.util.ServiceLoader}, run only when the host configures it.
 *
 * <p>Cheap to make, safe for use by several threads, without input or output.
 */
public interface ConnectorFactory {
  /** Name, version and SPI version. The same answer every time. */
  PluginIdentity identity();

  /** Every setting the plug-in knows. Postern checks type and presence before anything else. */
  List<Setting<?>> settings();

  /** What is wrong with settings that are each of the right type; all of it. No input or output. */
  default List<String> validate(Settings settings) {
    return List.of();
  }

  /** Makes the connector. */
  Connector create(Settings settings, PluginContext context);
}
