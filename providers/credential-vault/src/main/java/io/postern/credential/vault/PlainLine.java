package io.postern.credential.vault;

import io.postern.credential.vault.WireFailure.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A TCP connection. Not blocking underneath, so that every wait ends with the time limit and with
 * an interrupt.
 */
final class PlainLine implements Line {
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;

  private PlainLine(SocketChannel channel, Selector selector) throws IOException {
    this.channel = channel;
    this.selector = selector;
    key = channel.register(selector, 0);
  }

  static PlainLine connect(Origin origin, TimeLimit limit) throws IOException {
    InetSocketAddress address = new InetSocketAddress(origin.host(), origin.port());
    if (address.isUnresolved()) {
      throw new WireFailure(
          Kind.UNREACHABLE, false, "the name " + origin.host() + " is not known here", null);
    }
    PlainLine line = open();
    try {
      line.channel.socket().setTcpNoDelay(true);
      boolean connected = line.channel.connect(address);
      while (!connected) {
        line.await(SelectionKey.OP_CONNECT, limit);
        connected = line.channel.finishConnect();
      }
      return line;
    } catch (IOException | RuntimeException e) {
      line.close();
      throw e;
    }
  }

  private static PlainLine open() throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      return new PlainLine(channel, Selector.open());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void write(ByteBuffer bytes, TimeLimit limit) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        await(SelectionKey.OP_WRITE, limit);
      }
    }
  }

  @Override
  public int read(ByteBuffer into, TimeLimit limit) throws IOException {
    while (true) {
      int count = channel.read(into);
      if (count != 0) {
        return count;
      }
      await(SelectionKey.OP_READ, limit);
    }
  }

  @Override
  public boolean isQuiet() {
    try {
      return channel.isConnected() && channel.read(ByteBuffer.allocate(1)) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void await(int operation, TimeLimit limit) throws IOException {
    // Read once: the selector takes 0 for "for ever".
    long left = limit.millisLeft();
    if (left == 0) {
      throw new WireFailure(Kind.TIME_OVER, false, "the time was over", null);
    }
    try {
      key.interestOps(operation);
      selector.select(left);
      selector.selectedKeys().clear();
    } catch (CancelledKeyException | ClosedSelectorException e) {
      throw new WireFailure(Kind.CLOSED, false, "closed while waiting", e);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new WireFailure(Kind.CALLED_OFF, false, "the thread was interrupted", null);
    }
  }

  @Override
  public void cut() {
    try {
      channel.close();
    } catch (IOException e) {
      // What cannot be closed is closed already.
    }
    selector.wakeup();
  }

  @Override
  public void close() {
    try (selector;
        channel) {
      key.cancel();
    } catch (IOException e) {
      // What cannot be closed is closed already.
    }
  }
}
