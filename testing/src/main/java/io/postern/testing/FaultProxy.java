package io.postern.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy on loopback that breaks what goes through it. A change of {@link #fault} holds for
 * connections made from then on; those that are open are cut, so that a client that keeps them
 * meets the fault at its next request.
 *
 * <p>Safe for use by several threads.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int BACKLOG = 50;

  private final InetSocketAddress target;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile Fault fault = Fault.NONE;
  private ServerSocket listener;

  private FaultProxy(InetSocketAddress target, ServerSocket listener) {
    this.target = target;
    this.listener = listener;
    this.port = listener.getLocalPort();
  }

  /** A proxy in front of a port of this machine, with nothing broken yet. */
  public static FaultProxy before(int port) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    FaultProxy proxy =
        new FaultProxy(
            new InetSocketAddress(loopback, port), listen(new InetSocketAddress(loopback, 0)));
    proxy.accept(proxy.listener);
    return proxy;
  }

  /** The port to connect to; the same for as long as it lives. */
  public int port() {
    return port;
  }

  /** How many connections were accepted so far. */
  public int accepted() {
    return accepted.get();
  }

  /** Breaks, or mends, connections from now on, and cuts those there are. */
  public synchronized FaultProxy fault(Fault next) {
    Fault before = fault;
    fault = next;
    if (next == Fault.REFUSE) {
      close(listener);
    } else if (before == Fault.REFUSE) {
      listener = listen(new InetSocketAddress(target.getAddress(), port));
      accept(listener);
    }
    open.forEach(FaultProxy::reset);
    return this;
  }

  /** Stops listening and cuts every connection. Harmless when done twice. */
  @Override
  public synchronized void close() {
    closing.countDown();
    close(listener);
    open.forEach(FaultProxy::reset);
  }

  private static ServerSocket listen(InetSocketAddress address) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(address, BACKLOG);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + address, e);
    }
  }

  private void accept(ServerSocket socket) {
    start(
        () -> {
          while (!socket.isClosed()) {
            Socket client = socket.accept();
            int number = accepted.incrementAndGet();
            open.add(client);
            start(() -> serve(client, number));
          }
        });
  }

  private void serve(Socket client, int number) throws IOException, InterruptedException {
    Fault now = fault;
    try (client) {
      switch (now) {
        case CLOSE_AT_ONCE, REFUSE -> {}
        case BLACK_HOLE -> swallow(client);
        case RESET_BEFORE_REQUEST -> reset(client);
        case GARBAGE -> {
          client.getInputStream().read();
          client
              .getOutputStream()
              .write("no answer at all\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        case FLAPPING -> {
          if (number % 2 == 0) {
            reset(client);
          } else {
            relay(client, now);
          }
        }
        default -> relay(client, now);
      }
    } finally {
      open.remove(client);
    }
  }

  private static void swallow(Socket client) throws IOException {
    byte[] buffer = new byte[8_192];
    while (client.getInputStream().read(buffer) >= 0) {
      // Nobody ever answers.
    }
  }

  private void relay(Socket client, Fault now) throws IOException, InterruptedException {
    Socket server = new Socket();
    open.add(server);
    try (server) {
      server.connect(target, 5_000);
      start(
          () -> {
            try {
              if (now == Fault.HALF_CLOSE) {
                byte[] request = new byte[65_536];
                server
                    .getOutputStream()
                    .write(request, 0, Math.max(0, client.getInputStream().read(request)));
              } else {
                client.getInputStream().transferTo(server.getOutputStream());
              }
              server.shutdownOutput();
            } catch (IOException e) {
              close(server);
            }
          });
      answer(server.getInputStream(), client, now);
    } finally {
      open.remove(server);
    }
  }

  private void answer(InputStream from, Socket client, Fault now)
      throws IOException, InterruptedException {
    OutputStream to = client.getOutputStream();
    byte[] buffer = new byte[65_536];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      switch (now) {
        case SWALLOW_ANSWER -> {
          swallow(client);
          return;
        }
        case RESET_AFTER_REQUEST -> {
          reset(client);
          return;
        }
        case CUT_ANSWER -> {
          to.write(buffer, 0, count / 2);
          to.flush();
          return;
        }
        case TRICKLE -> {
          for (int i = 0; i < count && !closing.await(1, TimeUnit.SECONDS); i++) {
            to.write(buffer[i]);
            to.flush();
          }
        }
        case CORRUPT -> {
          buffer[count - 1] ^= 0x01;
          to.write(buffer, 0, count);
        }
        default -> to.write(buffer, 0, count);
      }
      to.flush();
    }
    client.shutdownOutput();
  }

  /** Closes so that the other side sees a reset, not an end. */
  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already.
    }
    close(socket);
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // What cannot be closed is closed already.
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The connection is over, which is what this class is for.
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "fault-proxy-" + port);
    thread.setDaemon(true);
    thread.start();
  }
}
