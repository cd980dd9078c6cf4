package io.postern.core.tool;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A stream that gives what a test puts in, in the same pieces. */
final class Pipe extends InputStream {
  private final Deque<byte[]> pieces = new ArrayDeque<>();
  private boolean ended;
  private @Nullable IOException failure;
  private byte[] current = new byte[0];
  private int at;
  private int readers;

  synchronized void give(byte[] piece) {
    pieces.add(piece.clone());
    notifyAll();
  }

  void give(String text) {
    give(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  synchronized void fail(IOException with) {
    failure = with;
    notifyAll();
  }

  /** Waits until all was taken and somebody waits for more. */
  synchronized void awaitDrained() throws InterruptedException {
    while (!pieces.isEmpty() || at < current.length || readers == 0) {
      wait();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public synchronized int read(byte[] into, int offset, int length) throws IOException {
    while (at == current.length) {
      byte[] next = pieces.poll();
      if (next != null) {
        current = next;
        at = 0;
        continue;
      }
      if (failure != null) {
        throw failure;
      }
      if (ended) {
        return -1;
      }
      readers++;
      notifyAll();
      try {
        wait();
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      } finally {
        readers--;
      }
    }
    int count = Math.min(length, current.length - at);
    System.arraycopy(current, at, into, offset, count);
    at += count;
    return count;
  }

  @Override
  public void close() {
    end();
  }
}
