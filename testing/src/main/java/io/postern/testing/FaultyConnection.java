package io.postern.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One connection through a {@link FaultProxy}, and what its fault does to it. */
final class FaultyConnection {
  private static final int CUT_WITHIN_MILLIS = 30_000;

  private final Socket client;
  private final Socket server = new Socket();
  private final InetSocketAddress target;
  private final int number;
  private final CountDownLatch closing;
  private final Runnable over;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /**
   * A connection that was accepted.
   *
   * @param number of the connection, from 1 on
   * @param closing is zero once nobody waits for what is slow
   * @param over runs when all of it is over
   */
  FaultyConnection(
      Socket client,
      InetSocketAddress target,
      int number,
      CountDownLatch closing,
      Consumer<FaultyConnection> over) {
    this.client = client;
    this.target = target;
    this.number = number;
    this.closing = closing;
    this.over = () -> over.accept(this);
  }

  /** Begins to serve it, on threads of its own. */
  void begin(Fault fault) {
    start(
        () -> {
          try (client;
              server) {
            serve(fault);
          }
        });
  }

  /** Cuts it so that the other side sees a reset, not an end. */
  void cut() {
    reset(client);
    reset(server);
  }

  /**
   * Returns when it is cut for the other side, too: the system says so only when nobody reads from
   * the closed socket any more.
   */
  void awaitEnd() {
    for (Thread thread : threads) {
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
  }

  private void serve(Fault fault) throws IOException, InterruptedException {
    switch (fault) {
      case CLOSE_AT_ONCE, REFUSE -> {}
      case BLACK_HOLE -> swallow();
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
          relay(fault);
        }
      }
      default -> relay(fault);
    }
  }

  private void swallow() throws IOException {
    byte[] buffer = new byte[8_192];
    while (client.getInputStream().read(buffer) >= 0) {
      // Nobody ever answers.
    }
  }

  private void relay(Fault fault) throws IOException, InterruptedException {
    server.connect(target, 5_000);
    // What comes in two pieces would wait 40 ms for an acknowledgement of the first, each time.
    server.setTcpNoDelay(true);
    client.setTcpNoDelay(true);
    start(() -> passRequest(fault));
    passAnswer(fault);
  }

  private void passRequest(Fault fault) throws IOException {
    try {
      if (fault == Fault.HALF_CLOSE) {
        byte[] request = new byte[65_536];
        int length = Math.max(0, client.getInputStream().read(request));
        server.getOutputStream().write(request, 0, length);
      } else {
        client.getInputStream().transferTo(server.getOutputStream());
      }
      server.shutdownOutput();
    } catch (IOException e) {
      server.close();
    }
  }

  private void passAnswer(Fault fault) throws IOException, InterruptedException {
    InputStream from = server.getInputStream();
    OutputStream to = client.getOutputStream();
    byte[] buffer = new byte[65_536];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      switch (fault) {
        case SWALLOW_ANSWER -> {
          swallow();
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
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already.
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
              } finally {
                threads.remove(Thread.currentThread());
                if (threads.isEmpty()) {
                  over.run();
                }
              }
            },
            FaultProxy.THREADS + client.getLocalPort());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }
}
