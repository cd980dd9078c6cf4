package io.postern.core.credential;

import io.postern.jump.JumpItem;
import io.postern.spi.connector.Endpoint;

/** Jump items as plug-ins see them. */
public final class Endpoints {
  private Endpoints() {}

  public static Endpoint of(JumpItem item) {
    return new Endpoint(
        item.id(),
        item.name(),
        item.method(),
        item.host(),
        item.port(),
        item.group(),
        item.tag(),
        item.attributes());
  }
}
