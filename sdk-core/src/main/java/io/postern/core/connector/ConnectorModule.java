package io.postern.core.connector;

import static java.util.Objects.requireNonNull;

import com.google.inject.AbstractModule;

/**
 * Connectors that are open already, because a module does no I/O. Exposes {@link Connectors}; needs
 * nothing.
 */
public final class ConnectorModule extends AbstractModule {
  private final ConfiguredConnectors connectors;

  public ConnectorModule(ConfiguredConnectors connectors) {
    this.connectors = requireNonNull(connectors, "connectors");
  }

  @Override
  protected void configure() {
    bind(Connectors.class).toInstance(connectors);
  }
}
