package io.postern.core.injection;

import io.postern.spi.connector.Endpoint;
import java.util.Optional;

/** Where an endpoint is, as part of a URL. */
final class Place {
  private Place() {}

  /** What keeps the host from standing in a URL: it must lead nowhere else there. */
  static Optional<String> fault(Endpoint endpoint) {
    return endpoint.host().matches("[A-Za-z0-9]([A-Za-z0-9._-]*)|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
        ? Optional.empty()
        : Optional.of(
            "the host '"
                + endpoint.host()
                + "' of the jump item is no name or address that can stand in a URL; correct it");
  }

  static String host(Endpoint endpoint) {
    return endpoint.host().contains(":") ? "[" + endpoint.host() + "]" : endpoint.host();
  }

  static String of(Endpoint endpoint) {
    return host(endpoint) + ":" + endpoint.port();
  }
}
