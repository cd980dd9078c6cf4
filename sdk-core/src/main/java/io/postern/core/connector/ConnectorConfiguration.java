package io.postern.core.connector;

import static java.util.Objects.requireNonNull;

import io.postern.spi.Settings;
import io.postern.spi.connector.ConnectorFactory;
import java.util.Optional;

/**
 * One connector as the host configures it.
 *
 * @param name the plug-in's name, which is the method of the items it serves
 * @param settings its settings; the secrets in them belong to Postern from now on
 * @param byHand the plug-in itself, where the host passes it instead of having it discovered
 */
public record ConnectorConfiguration(
    String name, Settings settings, Optional<ConnectorFactory> byHand) {
  public ConnectorConfiguration {
    requireNonNull(name, "name");
    requireNonNull(settings, "settings");
    requireNonNull(byHand, "byHand");
  }
}
