package io.postern.credential.file;

import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a key of 32 bytes from a file, past the heap. */
final class KeyFile {
  static final int KEY_BYTES = 32;

  /** Base64 of 32 bytes, with room for line ends. */
  private static final int MAX_BYTES = 64;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private KeyFile() {}

  static Secret read(Path path) {
    // One byte more than allowed, so that a longer file shows.
    ByteBuffer content = ByteBuffer.allocateDirect(MAX_BYTES + 1);
    try {
      refuseWiderThanOwner(path);
      try (FileChannel channel = FileChannel.open(path)) {
        while (content.hasRemaining() && channel.read(content) >= 0) {}
      }
      content.flip();
      if (content.remaining() == KEY_BYTES) {
        return Secret.takeFrom(content);
      }
      return fromBase64(content, path);
    } catch (ClosedByInterruptException e) {
      throw TimeLimit.interrupted(e);
    } catch (IOException e) {
      throw unusable(path, "cannot be read; check setting 'key-file' and the file's owner", e);
    } finally {
      OffHeap.wipe(content);
    }
  }

  private static void refuseWiderThanOwner(Path path) throws IOException {
    @Nullable PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view == null) {
      return; // No POSIX permissions on this file system; the README says so.
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    if (!OWNER_ONLY.containsAll(permissions)) {
      throw unusable(
          path,
          "is open to others than its owner ("
              + PosixFilePermissions.toString(permissions)
              + "); run chmod 600 on it, and make a new key if others could have read it",
          null);
    }
  }

  /** Not by {@link java.util.Base64}: that goes through heap arrays which nobody wipes. */
  private static Secret fromBase64(ByteBuffer text, Path path) {
    ByteBuffer key = ByteBuffer.allocateDirect(KEY_BYTES);
    try {
      int bits = 0;
      int count = 0;
      int padding = 0;
      while (text.hasRemaining()) {
        byte letter = text.get();
        if (letter == '\n' || letter == '\r' || letter == ' ' || letter == '\t') {
          continue;
        }
        if (letter == '=') {
          padding++;
          continue;
        }
        int value = sixBits(letter);
        if (value < 0 || padding > 0) {
          throw notAKey(path);
        }
        bits = (bits << 6) | value;
        count += 6;
        if (count >= 8) {
          count -= 8;
          if (!key.hasRemaining()) {
            throw notAKey(path);
          }
          key.put((byte) (bits >>> count));
        }
      }
      if (key.hasRemaining() || padding > 1) {
        throw notAKey(path);
      }
      return Secret.takeFrom(key.flip());
    } finally {
      OffHeap.wipe(key);
    }
  }

  private static int sixBits(byte letter) {
    if (letter >= 'A' && letter <= 'Z') {
      return letter - 'A';
    }
    if (letter >= 'a' && letter <= 'z') {
      return letter - 'a' + 26;
    }
    if (letter >= '0' && letter <= '9') {
      return letter - '0' + 52;
    }
    return switch (letter) {
      case '+' -> 62;
      case '/' -> 63;
      default -> -1;
    };
  }

  private static ProviderException notAKey(Path path) {
    return unusable(
        path,
        "holds neither 32 bytes nor the Base64 of 32 bytes; make one, for example with openssl rand"
            + " -base64 32",
        null);
  }

  private static ProviderException unusable(Path path, String why, @Nullable Throwable cause) {
    return ProviderException.withoutEffect(
        Failure.MISCONFIGURED,
        "the key file " + path + " " + why,
        cause == null ? "key file refused" : cause.toString(),
        cause);
  }
}
