package io.postern.examples.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A port of the loopback on which nobody listens, and that nobody else is given meanwhile. */
final class Deserted implements AutoCloseable {
  private final Socket bound = new Socket();

  Deserted() throws IOException {
    bound.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
  }

  int port() {
    return bound.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    bound.close();
  }
}
