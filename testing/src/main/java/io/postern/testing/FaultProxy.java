package io.postern.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy on loopback that breaks what goes through it. A change of {@link #fault} holds for
 * connections made from then on; those that are open are cut, so that a client that keeps them
 * meets the fault at its next request.
 *
 * <p>Safe for use by several threads.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int BACKLOG = 50;

  /** What the names of its threads begin with; the port follows. */
  static final String THREADS = "fault-proxy-";

  private final InetSocketAddress target;
  private final int port;
  private final Set<FaultyConnection> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicInteger accepted = new AtomicInteger();
  private Fault fault = Fault.NONE;

  /** What comes after the connection with this number; nothing when there is none such. */
  private int lastBefore;

  private Fault upcoming = Fault.NONE;
  private ServerSocket listener;

  /** Keeps the port while nobody listens on it, so that the system gives it to nobody else. */
  private Socket reserve = new Socket();

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

  /**
   * Breaks, or mends, connections from now on, and cuts those there are; returns when they are cut.
   */
  public synchronized FaultProxy fault(Fault next) {
    become(next);
    // Those of this moment: who sees its connection cut may come with a new one at once.
    List<FaultyConnection> connections = List.copyOf(open);
    connections.forEach(FaultyConnection::cut);
    connections.forEach(FaultyConnection::awaitEnd);
    return this;
  }

  /**
   * Lets so many more connections through as they are now, and breaks those after them: for a
   * client that makes a connection for each request, a fault at just that step of what it does.
   * Those there are stay.
   *
   * @param more at least 1; for none there is {@link #fault}
   */
  public synchronized FaultProxy faultAfter(int more, Fault next) {
    if (more < 1) {
      throw new IllegalArgumentException("after " + more + " connections");
    }
    lastBefore = accepted.get() + more;
    upcoming = next;
    return this;
  }

  /** What happens to the connection with this number, and to those after it from here on. */
  private synchronized Fault at(int number) {
    Fault now = fault;
    if (number == lastBefore) {
      become(upcoming);
    }
    return now;
  }

  private synchronized void become(Fault next) {
    Fault before = fault;
    fault = next;
    lastBefore = 0;
    if (next == Fault.REFUSE && before != Fault.REFUSE) {
      close(listener);
      reserve = reserve(new InetSocketAddress(target.getAddress(), port));
    } else if (next != Fault.REFUSE && before == Fault.REFUSE) {
      close(reserve);
      listener = listen(new InetSocketAddress(target.getAddress(), port));
      accept(listener);
    }
  }

  /** Stops listening and cuts every connection. Harmless when done twice. */
  @Override
  public synchronized void close() {
    closing.countDown();
    close(listener);
    close(reserve);
    open.forEach(FaultyConnection::cut);
  }

  private static ServerSocket listen(InetSocketAddress address) {
    return bound(
        address,
        () -> {
          ServerSocket socket = new ServerSocket();
          socket.setReuseAddress(true);
          socket.bind(address, BACKLOG);
          return socket;
        });
  }

  private static Socket reserve(InetSocketAddress address) {
    return bound(
        address,
        () -> {
          Socket socket = new Socket();
          socket.setReuseAddress(true);
          socket.bind(address);
          return socket;
        });
  }

  private interface Binding<T> {
    T bind() throws IOException;
  }

  /** The system may hold a port for a moment after it was closed. */
  private static <T> T bound(InetSocketAddress address, Binding<T> binding) {
    long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (true) {
      try {
        return binding.bind();
      } catch (IOException e) {
        if (System.nanoTime() > giveUpAt) {
          throw new UncheckedIOException("cannot have " + address, e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }
  }

  private void accept(ServerSocket socket) {
    Thread thread = new Thread(() -> acceptUntilClosed(socket), THREADS + port);
    thread.setDaemon(true);
    thread.start();
  }

  private void acceptUntilClosed(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        int number = accepted.incrementAndGet();
        FaultyConnection connection =
            new FaultyConnection(client, target, number, closing, open::remove);
        open.add(connection);
        // Before another one can be accepted: a client that has its answer may come at once.
        connection.begin(at(number));
      } catch (IOException e) {
        return; // the listener was closed
      }
    }
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // What cannot be closed is closed already.
    }
  }
}
