package io.postern.proofs.leak;

import io.postern.credential.Secret;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Standard input past every buffer of the heap: {@link System#in} keeps a copy of what it has read.
 * Secrets come with their length before them.
 */
final class SecretInput {
  @SuppressWarnings("resource") // Standard input is not ours to close.
  private final FileChannel in = new FileInputStream(FileDescriptor.in).getChannel();

  Secret secret() throws IOException {
    return Secret.takeFrom(read(read(4).getInt()));
  }

  /** The next order, one letter. */
  char order() throws IOException {
    return (char) read(1).get();
  }

  private ByteBuffer read(int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(length);
    while (bytes.hasRemaining()) {
      if (in.read(bytes) < 0) {
        throw new EOFException("the parent is gone");
      }
    }
    return bytes.flip();
  }
}
