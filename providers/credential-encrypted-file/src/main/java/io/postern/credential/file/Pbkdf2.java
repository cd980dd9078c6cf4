package io.postern.credential.file;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * PBKDF2-HMAC-SHA-512 for a passphrase that is never on the heap for longer than one hash takes.
 *
 * <p>The JDK's own wants {@code char[]} and keeps the passphrase in arrays through all iterations,
 * a good part of a second in which a collector may copy them. Here the passphrase goes byte by byte
 * into SHA-512 together with the salt, and PBKDF2 stretches that digest.
 *
 * @see "RFC 8018 section 5.2"
 */
final class Pbkdf2 {
  private static final int KEY_BYTES = 32;
  private static final int ROUNDS_BETWEEN_CHECKS = 4096;

  private Pbkdf2() {}

  /**
   * A key of 32 bytes.
   *
   * @param stillWanted run every few milliseconds; what it throws ends the work
   */
  static Secret key(Secret passphrase, byte[] salt, int iterations, Runnable stillWanted) {
    return stretch(digest(passphrase, salt), salt, iterations, stillWanted);
  }

  /** PBKDF2 proper, its first 32 bytes. {@code password} is wiped. */
  static Secret stretch(byte[] password, byte[] salt, int iterations, Runnable stillWanted) {
    // One block of HMAC-SHA-512 is longer than the key, so there is block 1 only.
    ByteBuffer sum = ByteBuffer.allocateDirect(KeyedHash.BYTES);
    try (KeyedHash hash = new KeyedHash(password)) {
      byte[] round = hash.update(salt).update(1).finish();
      for (int i = 1; ; i++) {
        for (int at = 0; at < KeyedHash.BYTES; at++) {
          sum.put(at, (byte) (sum.get(at) ^ round[at]));
        }
        if (i == iterations) {
          Arrays.fill(round, (byte) 0);
          break;
        }
        if (i % ROUNDS_BETWEEN_CHECKS == 0) {
          stillWanted.run();
        }
        round = hash.update(round).finish();
      }
      return Secret.takeFrom(sum.duplicate().limit(KEY_BYTES));
    } finally {
      OffHeap.wipe(sum);
    }
  }

  private static byte[] digest(Secret passphrase, byte[] salt) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      try {
        digest.update(salt);
        passphrase.use(
            bytes -> {
              while (bytes.hasRemaining()) {
                // Not the whole buffer at once: that goes through a heap array which nobody wipes.
                digest.update(bytes.get());
              }
              return bytes;
            });
        return digest.digest();
      } finally {
        // Wipes the block that the last bytes waited in, which digest() leaves as it is.
        digest.reset();
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform has no SHA-512", e);
    }
  }
}
