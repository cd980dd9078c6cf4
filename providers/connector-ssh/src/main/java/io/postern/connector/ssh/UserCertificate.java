package io.postern.connector.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * An OpenSSH user certificate, read as far as one must know it: for which key it is, and what can
 * be said when an endpoint refuses it. Whether it is good is the endpoint's to judge.
 *
 * @see "OpenSSH, PROTOCOL.certkeys"
 */
final class UserCertificate {
  private static final String SUFFIX = "-cert-v01@openssh.com";
  private static final int FOR_USERS = 1;

  private final String keyType;
  private final byte[] blob;
  private final byte[] publicKey;
  private final List<String> principals;
  private final long validAfter;
  private final long validBefore;

  private UserCertificate(String keyType, byte[] blob) {
    this.keyType = keyType;
    this.blob = blob;
    ByteBuffer in = ByteBuffer.wrap(blob);
    if (!text(in).equals(keyType + SUFFIX)) {
      throw new CertificateUnreadable("its text names another type than it has");
    }
    field(in); // a random number
    int start = in.position();
    for (int left = fieldsOf(keyType); left > 0; left--) {
      field(in);
    }
    this.publicKey = plainKey(keyType, Arrays.copyOfRange(blob, start, in.position()));
    in.getLong(); // serial number
    if (in.getInt() != FOR_USERS) {
      throw new CertificateUnreadable("it is a host's, and none for logging on");
    }
    field(in); // its name for the authority
    this.principals = texts(ByteBuffer.wrap(field(in)));
    this.validAfter = in.getLong();
    this.validBefore = in.getLong();
  }

  /**
   * Reads one line as in a {@code -cert.pub} file.
   *
   * @throws CertificateUnreadable saying why
   */
  static UserCertificate read(String line) {
    String[] words = line.strip().split("\\s+", 3);
    if (words.length < 2 || !words[0].endsWith(SUFFIX)) {
      throw new CertificateUnreadable(
          "it must be one line as in a '-cert.pub' file: a type that ends in '"
              + SUFFIX
              + "', and the certificate in Base64");
    }
    String keyType = words[0].substring(0, words[0].length() - SUFFIX.length());
    try {
      return new UserCertificate(keyType, Base64.getDecoder().decode(words[1]));
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw new CertificateUnreadable("it is damaged or not whole");
    }
  }

  /** How many fields the public key has behind its type. */
  private static int fieldsOf(String keyType) {
    return switch (keyType) {
      case "ssh-ed25519" -> 1;
      case "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521" -> 2;
      default ->
          throw new CertificateUnreadable(
              "certificates for keys of type '" + Failures.printable(keyType) + "' are not read");
    };
  }

  private static byte[] plainKey(String keyType, byte[] fields) {
    byte[] type = keyType.getBytes(UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + type.length + fields.length)
        .putInt(type.length)
        .put(type)
        .put(fields)
        .array();
  }

  private static byte[] field(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new CertificateUnreadable("it is damaged: a field is longer than the certificate");
    }
    byte[] field = new byte[length];
    in.get(field);
    return field;
  }

  private static String text(ByteBuffer in) {
    return new String(field(in), UTF_8);
  }

  private static List<String> texts(ByteBuffer in) {
    List<String> texts = new ArrayList<>();
    while (in.hasRemaining()) {
      texts.add(text(in));
    }
    return texts;
  }

  /** The certificate in SSH wire form. */
  byte[] blob() {
    return blob.clone();
  }

  /** What names it in a log-on with signatures of {@code algorithm}. */
  static String algorithm(String algorithm) {
    return algorithm + SUFFIX;
  }

  /**
   * The key with which it logs on.
   *
   * @throws CertificateUnreadable when it is for another one
   */
  LogOnKey over(LogOnKey key) {
    if (!Arrays.equals(key.publicKey(), publicKey)) {
      throw new CertificateUnreadable(
          "it is for another " + keyType + " key than the credential's private key");
    }
    return LogOnKey.certified(key, this);
  }

  /** What an endpoint may have against it, as far as it can be seen from here; else nothing. */
  List<String> doubts(String username, Instant now) {
    List<String> doubts = new ArrayList<>();
    long second = now.getEpochSecond();
    // Both are unsigned: an end of all ones is never.
    if (Long.compareUnsigned(second, validBefore) >= 0) {
      doubts.add("the certificate expired at " + instant(validBefore));
    }
    if (Long.compareUnsigned(second, validAfter) < 0) {
      doubts.add("the certificate is valid only from " + instant(validAfter) + " on");
    }
    if (!principals.contains(username)) {
      doubts.add(
          "the certificate is for "
              + (principals.isEmpty()
                  ? "no account"
                  : Failures.printable("'" + String.join("', '", principals) + "'"))
              + ", not for this one");
    }
    return doubts;
  }

  private static String instant(long second) {
    try {
      return Instant.ofEpochSecond(second).toString();
    } catch (DateTimeException e) {
      return "second " + Long.toUnsignedString(second);
    }
  }
}
