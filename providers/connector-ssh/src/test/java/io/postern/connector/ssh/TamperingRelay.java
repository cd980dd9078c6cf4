package io.postern.connector.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A TCP relay on loopback that can fall silent, cut, and put bytes into what the server says. */
final class TamperingRelay implements AutoCloseable {
  /** Says what to send to the client in place of what the server said. */
  interface Rewrite {
    byte[] apply(byte[] piece, int pieceNumber);
  }

  private final ServerSocket listener;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Rewrite rewrite = (piece, number) -> piece;
  private volatile boolean silent;

  TamperingRelay(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    spawn(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** From now on nothing passes, and nobody is told. */
  void fallSilent() {
    silent = true;
  }

  void rewriting(Rewrite rewrite) {
    this.rewrite = rewrite;
  }

  /** Closes what is open. */
  void cut() {
    sockets.forEach(TamperingRelay::drop);
  }

  /** Waits until a client's connection has ended. */
  void awaitClientEnd() throws InterruptedException {
    ended.await();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(server);
        spawn(() -> relay(client, server, false));
        spawn(() -> relay(server, client, true));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void relay(Socket from, Socket to, boolean fromServer) {
    byte[] buffer = new byte[64 * 1024];
    int number = 0;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        byte[] piece = java.util.Arrays.copyOf(buffer, count);
        if (!silent) {
          out.write(fromServer ? rewrite.apply(piece, number++) : piece);
        }
      }
    } catch (IOException e) {
      // one side is gone
    } finally {
      if (!fromServer) {
        ended.countDown();
      }
      if (!silent) {
        drop(from);
        drop(to);
      }
    }
  }

  private static void spawn(Runnable action) {
    Thread thread = new Thread(action, "tampering-relay");
    thread.setDaemon(true);
    thread.start();
  }

  private static void drop(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // gone already
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
