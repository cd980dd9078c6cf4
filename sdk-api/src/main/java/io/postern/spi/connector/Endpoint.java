package io.postern.spi.connector;

import static java.util.Objects.requireNonNull;

import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import java.util.Map;
import java.util.Optional;

/**
 * A jump item as plug-ins see it: where it is and what it is matched by.
 *
 * <p>Whoever may edit an item may rename it, so nothing must be matched by its name.
 *
 * @param item the jump item's id
 * @param name its name, for people
 * @param method how it is reached, the name of a connector such as {@code ssh}
 * @param host host name or address
 * @param port 1 to 65,535
 * @param group the jump group it lies in; empty on a personal list
 * @param tag its tag, or an empty text; always empty on a personal list, whose owner writes it
 * @param attributes custom attributes by code name; none on a personal list
 */
public record Endpoint(
    JumpItemId item,
    String name,
    String method,
    String host,
    int port,
    Optional<JumpGroupId> group,
    String tag,
    Map<String, String> attributes) {
  public Endpoint {
    requireNonNull(item, "item");
    requireNonNull(name, "name");
    requireNonNull(method, "method");
    requireNonNull(host, "host");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be 1 to 65535, was " + port);
    }
    requireNonNull(group, "group");
    requireNonNull(tag, "tag");
    attributes = Map.copyOf(attributes);
  }
}
