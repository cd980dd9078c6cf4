package io.postern.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/**
 * Ports of this machine's loopback for servers that want to be told one. They lie below the ranges
 * from which systems give ports to connections (RFC 6335 section 6; Linux begins at 32768), so that
 * none is taken between the question and the server's start.
 */
public final class FreePort {
  private static final int FIRST = 15_000;
  private static final int PAST_LAST = 32_000;

  private FreePort() {}

  /** A port on which nobody listens. */
  public static int find() {
    for (int tries = 0; tries < 1_000; tries++) {
      int port = RandomGenerator.getDefault().nextInt(FIRST, PAST_LAST);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Somebody else's.
      }
    }
    throw new UncheckedIOException(new IOException("no port is free on the loopback"));
  }
}
