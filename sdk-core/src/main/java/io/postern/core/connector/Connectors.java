package io.postern.core.connector;

import io.postern.spi.connector.Connector;

/** The connectors that were configured, by the method of the items they serve. */
public interface Connectors {
  /**
   * The connector for a method, its calls held to their deadlines.
   *
   * @throws io.postern.PosternException PLUGIN_UNKNOWN naming the method and those that are
   *     configured
   */
  Connector of(String method);
}
