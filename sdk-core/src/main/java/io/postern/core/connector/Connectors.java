package io.postern.core.connector;

import io.postern.jump.JumpItem;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.Endpoint;
import java.util.Map;

/** The connectors that were configured, by the method of the items they serve. */
public interface Connectors {
  /**
   * The connector for a method, its calls held to their deadlines. It is a {@link
   * io.postern.spi.connector.ShowsHostKeys} where the plug-in is.
   *
   * @throws io.postern.PosternException PLUGIN_UNKNOWN naming the method and those that are
   *     configured
   */
  Connector of(String method);

  /** Whether there is one for a method; items of one without are used by injection alone. */
  default boolean has(String method) {
    return true;
  }

  /**
   * A jump item as plug-ins see it. What the owner of a personal list wrote of it brings no
   * credential to it that is meant for others.
   */
  static Endpoint endpoint(JumpItem item) {
    boolean shared = item.personalListOf().isEmpty();
    return new Endpoint(
        item.id(),
        item.name(),
        item.method(),
        item.host(),
        item.port(),
        item.group(),
        shared ? item.tag() : "",
        shared ? item.attributes() : Map.of());
  }
}
