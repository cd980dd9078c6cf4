package io.postern.connector.ssh;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import net.schmizz.sshj.sftp.RemoteFile;

/**
 * The content of a remote file. Many requests are under way at once, or each would cost a round
 * trip; and each is of one size, because sshj asks for as many bytes as its caller happens to.
 */
final class SftpStreams {
  private static final int REQUESTS_UNDER_WAY = 64;
  private static final int BYTES_PER_REQUEST = 32 * 1024;

  private SftpStreams() {}

  /** Reads ahead; closing closes the file. */
  static InputStream reading(RemoteFile file) {
    InputStream ahead = file.new ReadAheadRemoteFileInputStream(REQUESTS_UNDER_WAY);
    return new FilterInputStream(new BufferedInputStream(ahead, BYTES_PER_REQUEST)) {
      private boolean closed;

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        // A larger wish would go past the buffer and be asked for in one piece.
        return super.read(into, offset, Math.min(length, BYTES_PER_REQUEST));
      }

      @Override
      public void close() throws IOException {
        if (!closed) {
          closed = true;
          file.close();
        }
      }
    };
  }

  /** Writes without waiting for each answer; closing waits for all of them and closes the file. */
  static OutputStream writing(RemoteFile file) {
    OutputStream behind = file.new RemoteFileOutputStream(0, REQUESTS_UNDER_WAY);
    return new FilterOutputStream(new BufferedOutputStream(behind, BYTES_PER_REQUEST)) {
      private boolean closed;

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; done += BYTES_PER_REQUEST) {
          this.out.write(bytes, offset + done, Math.min(BYTES_PER_REQUEST, length - done));
        }
      }

      @Override
      public void close() throws IOException {
        if (closed) {
          return;
        }
        closed = true;
        try (file) {
          this.out.flush();
        }
      }
    };
  }
}
