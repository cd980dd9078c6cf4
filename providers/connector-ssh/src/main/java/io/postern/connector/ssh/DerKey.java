package io.postern.connector.ssh;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keys in DER, as OpenSSL writes them.
 *
 * @see "RFC 5958 (PKCS#8), RFC 8017 appendix A.1.2 (RSA), RFC 5915 (EC), RFC 8018 (PBES2)"
 */
final class DerKey {
  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final String EC = "1.2.840.10045.2.1";
  private static final String ED25519 = "1.3.101.112";
  private static final String PBES2 = "1.2.840.113549.1.5.13";
  private static final String PBKDF2 = "1.2.840.113549.1.5.12";
  private static final String NOT_PBES2 =
      "it is encrypted in an old way; write it anew with 'openssl pkcs8 -topk8 -v2 aes256'";

  private DerKey() {}

  static LogOnKey pkcs8(byte[] der) throws GeneralSecurityException {
    Der info = Der.of(der).enter(Der.SEQUENCE);
    info.skip(); // version
    Der algorithm = info.enter(Der.SEQUENCE);
    String kind = algorithm.oid();
    byte[] key = info.take(Der.OCTETS);
    try {
      return switch (kind) {
        case RSA -> rsa(key);
        case EC -> ec(key, Optional.of(algorithm.oid()));
        case ED25519 -> LogOnKey.ed25519(Der.of(key).take(Der.OCTETS));
        default -> throw new KeyUnreadable("keys of kind " + kind + " are not read");
      };
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  static LogOnKey encryptedPkcs8(byte[] der, byte[] passphrase) throws GeneralSecurityException {
    Der file = Der.of(der).enter(Der.SEQUENCE);
    Der scheme = file.enter(Der.SEQUENCE);
    if (!scheme.oid().equals(PBES2)) {
      throw new KeyUnreadable(NOT_PBES2);
    }
    Der parameters = scheme.enter(Der.SEQUENCE);
    Der derivation = parameters.enter(Der.SEQUENCE);
    if (!derivation.oid().equals(PBKDF2)) {
      throw new KeyUnreadable(NOT_PBES2);
    }
    Der pbkdf2 = derivation.enter(Der.SEQUENCE);
    byte[] salt = pbkdf2.take(Der.OCTETS);
    int iterations = pbkdf2.number().intValueExact();
    if (pbkdf2.nextIs(Der.INTEGER)) {
      pbkdf2.skip(); // the key's length, which the cipher says too
    }
    String hash = pbkdf2.nextIs(Der.SEQUENCE) ? hmac(pbkdf2.enter(Der.SEQUENCE).oid()) : "HmacSHA1";
    Der cipher = parameters.enter(Der.SEQUENCE);
    KeyDecryption.Aes aes = new KeyDecryption.Aes("AES/CBC/PKCS5Padding", keyBytes(cipher.oid()));
    byte[] iv = cipher.take(Der.OCTETS);
    byte[] encrypted = file.take(Der.OCTETS);
    byte[] keyAndIv = new byte[aes.keyBytes() + aes.ivBytes()];
    byte[] derived = KeyDecryption.pbkdf2(hash, passphrase, salt, iterations, aes.keyBytes());
    byte[] opened = {};
    try {
      System.arraycopy(derived, 0, keyAndIv, 0, derived.length);
      System.arraycopy(iv, 0, keyAndIv, derived.length, aes.ivBytes());
      opened = aes.decrypt(keyAndIv, encrypted, new byte[0]);
      // One wrong passphrase in 256 ends in valid padding; then this is no sequence.
      if (opened.length == 0 || opened[0] != Der.SEQUENCE) {
        throw new KeyUnreadable("the passphrase is wrong");
      }
      return pkcs8(opened);
    } finally {
      Arrays.fill(opened, (byte) 0);
      Arrays.fill(keyAndIv, (byte) 0);
      Arrays.fill(derived, (byte) 0);
    }
  }

  static LogOnKey rsa(byte[] der) throws GeneralSecurityException {
    Der key = Der.of(der).enter(Der.SEQUENCE);
    key.skip(); // version
    RSAPrivateCrtKeySpec spec =
        new RSAPrivateCrtKeySpec(
            key.number(),
            key.number(),
            key.number(),
            key.number(),
            key.number(),
            key.number(),
            key.number(),
            key.number());
    return LogOnKey.rsa((RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(spec));
  }

  /** An EC key; its curve stands around it (PKCS#8) or in it. */
  static LogOnKey ec(byte[] der, Optional<String> curve) throws GeneralSecurityException {
    Der key = Der.of(der).enter(Der.SEQUENCE);
    key.skip(); // version
    byte[] number = key.take(Der.OCTETS);
    try {
      String oid = curve.isPresent() ? curve.get() : key.enter(Der.CONTEXT_0).oid();
      return LogOnKey.ecdsa(curveName(oid), new BigInteger(1, number));
    } finally {
      Arrays.fill(number, (byte) 0);
    }
  }

  private static String curveName(String oid) {
    return switch (oid) {
      case "1.2.840.10045.3.1.7" -> "nistp256";
      case "1.3.132.0.34" -> "nistp384";
      case "1.3.132.0.35" -> "nistp521";
      default -> throw new KeyUnreadable("EC keys on curve " + oid + " are not known to SSH");
    };
  }

  private static String hmac(String oid) {
    return switch (oid) {
      case "1.2.840.113549.2.7" -> "HmacSHA1";
      case "1.2.840.113549.2.8" -> "HmacSHA224";
      case "1.2.840.113549.2.9" -> "HmacSHA256";
      case "1.2.840.113549.2.10" -> "HmacSHA384";
      case "1.2.840.113549.2.11" -> "HmacSHA512";
      default -> throw new KeyUnreadable(NOT_PBES2);
    };
  }

  private static int keyBytes(String oid) {
    return switch (oid) {
      case "2.16.840.1.101.3.4.1.2" -> 16;
      case "2.16.840.1.101.3.4.1.22" -> 24;
      case "2.16.840.1.101.3.4.1.42" -> 32;
      default -> throw new KeyUnreadable(NOT_PBES2);
    };
  }
}
