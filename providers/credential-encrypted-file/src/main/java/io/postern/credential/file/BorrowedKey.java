package io.postern.credential.file;

import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.SecretKey;

/**
 * A key that JCE may borrow for one operation. JCE asks for keys as arrays and does not always wipe
 * what it got, so every array handed out is remembered and wiped by {@link #destroy}.
 *
 * <p>Used by one thread.
 */
final class BorrowedKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final String algorithm;
  private final transient byte[] bytes;
  private final transient List<byte[]> lent = new ArrayList<>();
  private boolean destroyed;

  /** Takes {@code bytes} over: {@link #destroy} wipes them. */
  BorrowedKey(String algorithm, byte[] bytes) {
    this.algorithm = algorithm;
    this.bytes = bytes;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    // Never the array itself: HmacCore wipes what it is given, and Mac may ask for it once per
    // provider it tries, so that the second would silently work with a key of zeros.
    byte[] copy = bytes.clone();
    lent.add(copy);
    return copy;
  }

  @Override
  public void destroy() {
    destroyed = true;
    Arrays.fill(bytes, (byte) 0);
    lent.forEach(copy -> Arrays.fill(copy, (byte) 0));
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }

  private Object writeReplace() throws NotSerializableException {
    throw new NotSerializableException("a key is never serialised");
  }

  @Override
  public String toString() {
    return "BorrowedKey[*]";
  }
}
