package io.postern.spi.inventory;

import io.postern.text.Text;
import java.util.Map;

/**
 * An endpoint as an inventory describes it. What may be done with it is not the inventory's to say:
 * group and policies come from the host.
 *
 * @param key the inventory's own identifier, stable, 1 to 150 characters
 * @param name what people call it, 1 to 200 characters
 * @param method how it is reached, the name of a connector such as {@code ssh}
 * @param host host name or address
 * @param port 1 to 65,535
 * @param tag its tag, or an empty text
 * @param attributes custom attributes by code name
 */
public record InventoryItem(
    String key,
    String name,
    String method,
    String host,
    int port,
    String tag,
    Map<String, String> attributes) {
  public InventoryItem {
    key = Text.id(key, "inventory key");
    if (key.length() > 150) {
      throw new IllegalArgumentException("inventory key must have at most 150 characters");
    }
    name = Text.id(name, "item name");
    method = Text.id(method, "method");
    host = Text.id(host, "host");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be 1 to 65535, was " + port);
    }
    tag = Text.prose(tag, "tag", 200);
    attributes = Map.copyOf(attributes);
  }
}
