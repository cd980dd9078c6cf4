package io.postern.credential.aws;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HMAC-SHA-256 (RFC 2104) whose key stays in arrays that are wiped: the JDK's own keeps copies of
 * the key that nobody can reach.
 */
final class Hmac {
  private static final int BLOCK = 64;

  private Hmac() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform has no SHA-256", e);
    }
  }

  /** The code of a text; wipes the key. */
  static byte[] wipingKey(byte[] key, String text) {
    MessageDigest hash = sha256();
    byte[] block = new byte[BLOCK];
    byte[] shortKey = key.length > BLOCK ? hash.digest(key) : key;
    try {
      System.arraycopy(shortKey, 0, block, 0, shortKey.length);
      xor(block, 0x36);
      hash.update(block);
      byte[] inner = hash.digest(text.getBytes(StandardCharsets.UTF_8));
      xor(block, 0x36 ^ 0x5c);
      hash.update(block);
      return hash.digest(inner);
    } finally {
      Arrays.fill(block, (byte) 0);
      Arrays.fill(shortKey, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  private static void xor(byte[] block, int with) {
    for (int i = 0; i < block.length; i++) {
      block[i] ^= (byte) with;
    }
  }
}
