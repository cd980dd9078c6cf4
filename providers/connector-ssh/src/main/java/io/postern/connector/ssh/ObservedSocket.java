package io.postern.connector.ssh;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A socket that knows when its peer was last heard and whether the peer began as SSH does. It also
 * gives sshj's reader thread our name: sshj names it itself, and offers no way in.
 */
final class ObservedSocket extends Socket {
  private static final byte[] GREETING = {'S', 'S', 'H', '-'};

  private final String threadName;
  private final byte[] firstBytes = new byte[GREETING.length];
  private int firstCount;
  private boolean readerNamed;
  private volatile long heardAtNanos = System.nanoTime();
  private @Nullable InputStream input;

  ObservedSocket(String threadName) {
    this.threadName = threadName;
  }

  /** For how long nothing has come. */
  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - heardAtNanos);
  }

  /** Whether the peer sent something that is no SSH greeting. */
  synchronized boolean spokeAnotherProtocol() {
    for (int i = 0; i < firstCount; i++) {
      if (firstBytes[i] != GREETING[i]) {
        return true;
      }
    }
    return false;
  }

  /** Closes at once, and lets whoever is blocked in it go. */
  void drop() {
    try {
      close();
    } catch (IOException e) {
      // A socket that cannot be closed is gone already.
    }
  }

  @Override
  public synchronized InputStream getInputStream() throws IOException {
    if (input == null) {
      // sshj reads each packet in two steps; the buffer saves half of the system calls.
      input = new BufferedInputStream(new Observed(super.getInputStream()), 32 * 1024);
    }
    return input;
  }

  private synchronized void heardFirst(byte[] bytes, int offset, int count) {
    for (int i = 0; i < count && firstCount < firstBytes.length; i++) {
      firstBytes[firstCount++] = bytes[offset + i];
    }
  }

  private final class Observed extends FilterInputStream {
    Observed(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (!readerNamed && Thread.currentThread().getName().startsWith("sshj-Reader")) {
        Thread.currentThread().setName(threadName);
        readerNamed = true;
      }
      int count = super.read(bytes, offset, length);
      heardAtNanos = System.nanoTime();
      if (count > 0 && firstCount < GREETING.length) {
        heardFirst(bytes, offset, count);
      }
      return count;
    }
  }
}
