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
  private static final int CUT_WITHIN_MILLIS = 30_000;

  private final InetSocketAddress target;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Thread> atWork = ConcurrentHashMap.newKeySet();
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
    List<Socket> connections = List.copyOf(open);
    List<Thread> theirs = List.copyOf(atWork);
    connections.forEach(FaultProxy::reset);
    theirs.forEach(FaultProxy::awaitEnd);
    return this;
  }

  /** The system tells the other side only when nobody reads from the closed socket any more. */
  private static void awaitEnd(Thread thread) {
    thread.interrupt();
    try {
      thread.join(CUT_WITHIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw new IllegalStateException(thread.getName() + " still has its connection");
    }
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
    open.forEach(FaultProxy::reset);
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
    thread(
            () -> {
              while (!socket.isClosed()) {
                Socket client = socket.accept();
                int number = accepted.incrementAndGet();
                open.add(client);
                // Before another one can be accepted: a client that has its answer may come at
                // once.
                Fault now = at(number);
                work(() -> serve(client, number, now));
              }
            })
        .start();
  }

  private void serve(Socket client, int number, Fault now)
      throws IOException, InterruptedException {
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
      // What comes in two pieces would wait 40 ms for an acknowledgement of the first, each time.
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      work(
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

  /** For a connection, which may be cut. */
  private void work(Work work) {
    Thread thread =
        thread(
            () -> {
              try {
                work.run();
              } finally {
                atWork.remove(Thread.currentThread());
              }
            });
    atWork.add(thread);
    thread.start();
  }

  private Thread thread(Work work) {
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
    return thread;
  }
}
