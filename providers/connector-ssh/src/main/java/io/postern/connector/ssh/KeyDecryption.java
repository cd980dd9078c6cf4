package io.postern.connector.ssh;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens encrypted key files. The Java platform's own classes for that take the passphrase as
 * characters and keep copies in objects that cannot be wiped.
 */
final class KeyDecryption {
  /** Above every recommendation, far below what would take minutes. */
  private static final int MOST_ITERATIONS = 10_000_000;

  private KeyDecryption() {}

  /**
   * A way of using AES.
   *
   * @param transformation as the Java platform names it
   * @param keyBytes the length of the key
   */
  record Aes(String transformation, int keyBytes) {
    static Aes openSsh(String name) {
      return switch (name) {
        case "aes128-ctr" -> new Aes("AES/CTR/NoPadding", 16);
        case "aes192-ctr" -> new Aes("AES/CTR/NoPadding", 24);
        case "aes256-ctr" -> new Aes("AES/CTR/NoPadding", 32);
        case "aes128-cbc" -> new Aes("AES/CBC/NoPadding", 16);
        case "aes192-cbc" -> new Aes("AES/CBC/NoPadding", 24);
        case "aes256-cbc" -> new Aes("AES/CBC/NoPadding", 32);
        case "aes128-gcm@openssh.com" -> new Aes("AES/GCM/NoPadding", 16);
        case "aes256-gcm@openssh.com" -> new Aes("AES/GCM/NoPadding", 32);
        default ->
            throw new KeyUnreadable(
                "it is encrypted with '"
                    + Failures.printable(name)
                    + "', which is not read; encrypt it with aes256-ctr");
      };
    }

    int ivBytes() {
      return isGcm() ? 12 : 16;
    }

    private boolean isGcm() {
      return transformation.contains("GCM");
    }

    /** Decrypts with the key and, behind it, the initialisation vector in {@code keyAndIv}. */
    byte[] decrypt(byte[] keyAndIv, byte[] encrypted, byte[] code) throws GeneralSecurityException {
      byte[] iv = Arrays.copyOfRange(keyAndIv, keyBytes, keyBytes + ivBytes());
      AlgorithmParameterSpec parameters =
          isGcm() ? new GCMParameterSpec(code.length * Byte.SIZE, iv) : new IvParameterSpec(iv);
      Cipher cipher = Cipher.getInstance(transformation);
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(keyAndIv, 0, keyBytes, "AES"), parameters);
      ByteBuffer opened = ByteBuffer.allocate(encrypted.length);
      try {
        if (isGcm()) {
          byte[] both = Arrays.copyOf(encrypted, encrypted.length + code.length);
          System.arraycopy(code, 0, both, encrypted.length, code.length);
          cipher.doFinal(ByteBuffer.wrap(both), opened);
        } else {
          cipher.doFinal(ByteBuffer.wrap(encrypted), opened);
        }
        return Arrays.copyOf(opened.array(), opened.position());
      } catch (BadPaddingException e) {
        throw new KeyUnreadable("the passphrase is wrong");
      } finally {
        // Also when the padding is wrong: by then the blocks before it are in the clear.
        Arrays.fill(opened.array(), (byte) 0);
      }
    }
  }

  /** What OpenSSL wrote before PKCS#8: {@code DEK-Info: AES-128-CBC,<iv>}. */
  static byte[] traditional(byte[] encrypted, String info, byte[] passphrase)
      throws GeneralSecurityException {
    String[] parts = info.split(",", -1);
    if (parts.length != 2 || !parts[0].matches("AES-(128|192|256)-CBC")) {
      throw new KeyUnreadable(
          "it is encrypted with '"
              + Failures.printable(info)
              + "', which is not read; write it anew as PKCS#8 with 'openssl pkcs8 -topk8'");
    }
    byte[] iv;
    try {
      iv = HexFormat.of().parseHex(parts[1]);
    } catch (IllegalArgumentException e) {
      throw new KeyUnreadable("it is damaged: its header DEK-Info has no hexadecimal number");
    }
    Aes aes = new Aes("AES/CBC/PKCS5Padding", Integer.parseInt(parts[0].substring(4, 7)) / 8);
    if (iv.length != aes.ivBytes()) {
      throw new KeyUnreadable("it is damaged: its header DEK-Info is too short");
    }
    byte[] keyAndIv = new byte[aes.keyBytes() + iv.length];
    // EVP_BytesToKey with MD5 and one round; the format knows nothing better.
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    byte[] block = new byte[0];
    try {
      for (int filled = 0; filled < aes.keyBytes(); filled += block.length) {
        md5.update(block);
        md5.update(passphrase);
        md5.update(iv, 0, 8);
        Arrays.fill(block, (byte) 0);
        block = md5.digest();
        int count = Math.min(block.length, aes.keyBytes() - filled);
        System.arraycopy(block, 0, keyAndIv, filled, count);
      }
      System.arraycopy(iv, 0, keyAndIv, aes.keyBytes(), iv.length);
      return aes.decrypt(keyAndIv, encrypted, new byte[0]);
    } finally {
      Arrays.fill(block, (byte) 0);
      Arrays.fill(keyAndIv, (byte) 0);
    }
  }

  /**
   * PBKDF2.
   *
   * @param hash such as {@code HmacSHA256}
   * @see "RFC 8018 section 5.2"
   */
  static byte[] pbkdf2(String hash, byte[] passphrase, byte[] salt, int iterations, int bytes)
      throws GeneralSecurityException {
    if (iterations < 1 || iterations > MOST_ITERATIONS) {
      throw new KeyUnreadable("it asks for " + iterations + " rounds of key derivation");
    }
    if (passphrase.length == 0) {
      throw new KeyUnreadable("it is encrypted and the passphrase is empty");
    }
    Mac mac = Mac.getInstance(hash);
    mac.init(new Passphrase(passphrase));
    byte[] derived = new byte[bytes];
    for (int block = 1, filled = 0; filled < bytes; block++) {
      mac.update(salt);
      byte[] last = mac.doFinal(ByteBuffer.allocate(Integer.BYTES).putInt(block).array());
      byte[] sum = last.clone();
      try {
        for (int i = 1; i < iterations; i++) {
          mac.update(last);
          mac.doFinal(last, 0);
          for (int j = 0; j < sum.length; j++) {
            sum[j] ^= last[j];
          }
        }
        int count = Math.min(sum.length, bytes - filled);
        System.arraycopy(sum, 0, derived, filled, count);
        filled += count;
      } finally {
        Arrays.fill(last, (byte) 0);
        Arrays.fill(sum, (byte) 0);
      }
    }
    return derived;
  }

  /**
   * The passphrase as a key. The platform's {@link SecretKeySpec} would keep a copy; HMAC asks for
   * the bytes once, and wipes what it gets.
   */
  private static final class Passphrase implements SecretKey {
    private static final long serialVersionUID = 1L;

    private final transient byte[] bytes;

    Passphrase(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
      return "PBKDF2";
    }

    @Override
    public String getFormat() {
      return "RAW";
    }

    @Override
    public byte[] getEncoded() {
      return bytes.clone();
    }
  }
}
