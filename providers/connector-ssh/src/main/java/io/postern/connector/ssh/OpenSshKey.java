package io.postern.connector.ssh;

import com.hierynomus.sshj.userauth.keyprovider.bcrypt.BCrypt;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keys as {@code ssh-keygen} writes them.
 *
 * @see "OpenSSH, PROTOCOL.key"
 */
final class OpenSshKey {
  private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);

  /** Far above what ssh-keygen writes (16), far below what would take minutes. */
  private static final int MOST_ROUNDS = 1000;

  private OpenSshKey() {}

  static LogOnKey read(byte[] file, Optional<byte[]> passphrase) throws GeneralSecurityException {
    if (file.length < MAGIC.length
        || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new KeyUnreadable("it is damaged: it does not begin as an OpenSSH key does");
    }
    ByteBuffer in = ByteBuffer.wrap(file).position(MAGIC.length);
    String cipher = name(in);
    String derivation = name(in);
    byte[] options = field(in);
    if (int32(in) != 1) {
      throw new KeyUnreadable("it holds several keys");
    }
    field(in); // the public key, which stands in the private part again
    byte[] secretPart = field(in);
    byte[] opened = secretPart;
    try {
      if (!cipher.equals("none")) {
        // What follows the field is the authentication code of an AEAD cipher.
        byte[] code = new byte[in.remaining()];
        in.get(code);
        opened = open(cipher, derivation, options, secretPart, code, KeyFile.needed(passphrase));
      }
      return readOpened(ByteBuffer.wrap(opened));
    } finally {
      Arrays.fill(opened, (byte) 0);
      Arrays.fill(secretPart, (byte) 0);
    }
  }

  private static byte[] open(
      String cipher,
      String derivation,
      byte[] options,
      byte[] encrypted,
      byte[] code,
      byte[] passphrase)
      throws GeneralSecurityException {
    if (!derivation.equals("bcrypt")) {
      throw new KeyUnreadable("it uses the unknown key derivation '" + derivation + "'");
    }
    ByteBuffer in = ByteBuffer.wrap(options);
    byte[] salt = field(in);
    int rounds = int32(in);
    if (rounds < 1 || rounds > MOST_ROUNDS) {
      throw new KeyUnreadable("it asks for " + rounds + " rounds of key derivation");
    }
    if (passphrase.length == 0) {
      throw new KeyUnreadable("it is encrypted and the passphrase is empty");
    }
    KeyDecryption.Aes aes = KeyDecryption.Aes.openSsh(cipher);
    byte[] derived = new byte[aes.keyBytes() + aes.ivBytes()];
    try {
      new BCrypt().pbkdf(passphrase, salt, rounds, derived);
      return aes.decrypt(derived, encrypted, code);
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  private static LogOnKey readOpened(ByteBuffer in) throws GeneralSecurityException {
    // The same random number twice, so that a wrong passphrase shows.
    int check = int32(in);
    if (check != int32(in)) {
      throw new KeyUnreadable("the passphrase is wrong");
    }
    String type = name(in);
    return switch (type) {
      case "ssh-ed25519" -> ed25519(in);
      case "ssh-rsa" -> rsa(in);
      case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521" -> ecdsa(in);
      default ->
          throw new KeyUnreadable("keys of type '" + Failures.printable(type) + "' are not read");
    };
  }

  private static LogOnKey ed25519(ByteBuffer in) {
    field(in); // the public key, which stands behind the private one again
    byte[] both = field(in);
    try {
      return LogOnKey.ed25519(Arrays.copyOf(both, both.length / 2));
    } finally {
      Arrays.fill(both, (byte) 0);
    }
  }

  private static LogOnKey ecdsa(ByteBuffer in) throws GeneralSecurityException {
    String curve = name(in);
    field(in); // public point
    return LogOnKey.ecdsa(curve, number(in));
  }

  private static LogOnKey rsa(ByteBuffer in) throws GeneralSecurityException {
    BigInteger modulus = number(in);
    BigInteger publicExponent = number(in);
    BigInteger privateExponent = number(in);
    BigInteger coefficient = number(in);
    BigInteger p = number(in);
    BigInteger q = number(in);
    RSAPrivateCrtKeySpec spec =
        new RSAPrivateCrtKeySpec(
            modulus,
            publicExponent,
            privateExponent,
            p,
            q,
            privateExponent.mod(p.subtract(BigInteger.ONE)),
            privateExponent.mod(q.subtract(BigInteger.ONE)),
            coefficient);
    return LogOnKey.rsa((RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(spec));
  }

  private static int int32(ByteBuffer in) {
    if (in.remaining() < Integer.BYTES) {
      throw new KeyUnreadable("it is damaged: it ends too early");
    }
    return in.getInt();
  }

  private static byte[] field(ByteBuffer in) {
    int length = int32(in);
    if (length < 0 || length > in.remaining()) {
      throw new KeyUnreadable("it is damaged: a field is longer than the key");
    }
    byte[] field = new byte[length];
    in.get(field);
    return field;
  }

  private static BigInteger number(ByteBuffer in) {
    byte[] field = field(in);
    try {
      return new BigInteger(1, field);
    } finally {
      Arrays.fill(field, (byte) 0);
    }
  }

  /** A field that names an algorithm. */
  private static String name(ByteBuffer in) {
    byte[] field = field(in);
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < field.length && i < 64; i++) {
      name.append((char) (field[i] & 0x7f));
    }
    return name.toString();
  }
}
