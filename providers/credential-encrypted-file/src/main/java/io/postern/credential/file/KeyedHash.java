package io.postern.credential.file;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;

/** HMAC-SHA-512 whose key is gone from the heap once it is closed. Used by one thread. */
final class KeyedHash implements AutoCloseable {
  static final int BYTES = 64;

  private static final String ALGORITHM = "HmacSHA512";

  private final Mac mac;
  private final BorrowedKey key;

  /** Takes {@code key} over: it is wiped by {@link #close}. */
  KeyedHash(byte[] key) {
    this.key = new BorrowedKey(ALGORITHM, key);
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(this.key);
    } catch (GeneralSecurityException e) {
      this.key.destroy();
      throw new IllegalStateException("this Java platform has no " + ALGORITHM, e);
    }
  }

  KeyedHash update(byte[] bytes) {
    mac.update(bytes);
    return this;
  }

  KeyedHash update(int number) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      mac.update((byte) (number >>> shift));
    }
    return this;
  }

  /** The hash; begins anew. The caller wipes the array. */
  byte[] finish() {
    return mac.doFinal();
  }

  @Override
  public void close() {
    key.destroy();
    BorrowedKey nothing = new BorrowedKey(ALGORITHM, new byte[1]);
    try {
      // The JDK keeps the key, combined with two constants, in two arrays of the Mac that nobody
      // else can reach; a new key overwrites them in place.
      mac.init(nothing);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " refuses a key of one byte", e);
    }
  }
}
