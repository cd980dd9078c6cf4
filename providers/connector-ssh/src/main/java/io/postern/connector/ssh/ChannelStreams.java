package io.postern.connector.ssh;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/** sshj's streams of a channel, made safe to close. */
final class ChannelStreams {
  private ChannelStreams() {}

  /**
   * Closing sshj's own stream while the endpoint still sends breaks the whole connection ("getting
   * data on EOF'ed stream"), so closing this one only stops its reader. The channel ends by its own
   * close.
   */
  static InputStream reading(InputStream in) {
    return new FilterInputStream(in) {
      private volatile boolean closed;

      @Override
      public int read() throws IOException {
        requireOpen();
        return super.read();
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        requireOpen();
        return length == 0 ? 0 : super.read(into, offset, length);
      }

      @Override
      public void close() {
        closed = true;
      }

      private void requireOpen() throws IOException {
        if (closed) {
          throw new IOException("this stream was closed");
        }
      }
    };
  }

  /**
   * Closing sshj's own stream drops what the endpoint has no room for yet, so this one waits for
   * the room first.
   *
   * @param isOpen whether anybody is still there to read it
   * @param flushing whether each write is sent at once
   */
  static OutputStream writing(OutputStream out, BooleanSupplier isOpen, boolean flushing) {
    return new FilterOutputStream(out) {
      private boolean closed;

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        this.out.write(bytes, offset, length);
        if (flushing) {
          this.out.flush();
        }
      }

      @Override
      public void write(int next) throws IOException {
        this.out.write(next);
        if (flushing) {
          this.out.flush();
        }
      }

      @Override
      public void close() throws IOException {
        if (closed) {
          return;
        }
        closed = true;
        try {
          if (isOpen.getAsBoolean()) {
            this.out.flush();
          }
        } catch (IOException e) {
          // A command that ended without reading its input is no failure.
          if (isOpen.getAsBoolean()) {
            throw e;
          }
        } finally {
          this.out.close();
        }
      }
    };
  }
}
