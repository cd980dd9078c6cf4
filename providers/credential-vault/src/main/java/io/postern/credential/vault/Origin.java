package io.postern.credential.vault;

import java.net.URI;
import java.util.Locale;

/**
 * Where a server listens.
 *
 * @param encrypted whether TLS is spoken there
 * @param host name or address; of IPv6 without brackets
 * @param port 1 to 65,535
 */
record Origin(boolean encrypted, String host, int port) {
  /**
   * @throws IllegalArgumentException when it is no {@code http} or {@code https} address of a host
   */
  static Origin of(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    boolean encrypted = scheme.equals("https");
    String host = address.getHost();
    if (!encrypted && !scheme.equals("http")) {
      throw new IllegalArgumentException("is neither https nor http");
    }
    if (host == null || address.getUserInfo() != null) {
      throw new IllegalArgumentException("names no host, or a user");
    }
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = address.getPort() < 0 ? (encrypted ? 443 : 80) : address.getPort();
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be 1 to 65535");
    }
    return new Origin(encrypted, host, port);
  }

  boolean isLoopback() {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
  }

  /** As in the header Host. */
  String authority() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return (encrypted ? "https://" : "http://") + authority();
  }
}
