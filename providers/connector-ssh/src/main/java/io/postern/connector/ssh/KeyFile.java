package io.postern.connector.ssh;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The armour of a private key file: a label, headers, Base64. sshj reads it line by line into
 * Strings, which nobody can wipe; here the text is read where it lies, outside the heap, and only
 * the decoded bytes are an array, which is wiped.
 */
final class KeyFile {
  private static final String BEGIN = "-----BEGIN ";
  private static final int LONGEST_LABEL = 64;

  private final String label;
  private final Map<String, String> headers;
  private final byte[] body;

  private KeyFile(String label, Map<String, String> headers, byte[] body) {
    this.label = label;
    this.headers = headers;
    this.body = body;
  }

  /**
   * Reads the key, with its passphrase where it has one.
   *
   * @throws KeyUnreadable saying why
   */
  static LogOnKey read(Secret key, Optional<Secret> passphrase) {
    KeyFile file = key.use(KeyFile::unarmour);
    try {
      return passphrase
          .map(secret -> file.readWith(secret))
          .orElseGet(() -> file.read(Optional.empty()));
    } finally {
      Arrays.fill(file.body, (byte) 0);
    }
  }

  private LogOnKey readWith(Secret secret) {
    return secret.use(
        bytes -> {
          byte[] passphrase = new byte[bytes.remaining()];
          try {
            bytes.get(passphrase);
            return read(Optional.of(passphrase));
          } finally {
            Arrays.fill(passphrase, (byte) 0);
          }
        });
  }

  private LogOnKey read(Optional<byte[]> passphrase) {
    try {
      return switch (label) {
        case "OPENSSH PRIVATE KEY" -> OpenSshKey.read(body, passphrase);
        case "PRIVATE KEY" -> DerKey.pkcs8(body);
        case "ENCRYPTED PRIVATE KEY" -> DerKey.encryptedPkcs8(body, needed(passphrase));
        case "RSA PRIVATE KEY" -> traditional(passphrase, DerKey::rsa);
        case "EC PRIVATE KEY" -> traditional(passphrase, key -> DerKey.ec(key, Optional.empty()));
        default ->
            throw new KeyUnreadable(
                "it is a '"
                    + label
                    + "', and only OpenSSH, PKCS#8, RSA and EC private keys are"
                    + " read");
      };
    } catch (GeneralSecurityException | IndexOutOfBoundsException | NegativeArraySizeException e) {
      // The cause stays out: some providers put pieces of the input into their messages.
      throw new KeyUnreadable("it is damaged, or of a kind this Java platform does not know");
    }
  }

  private LogOnKey traditional(Optional<byte[]> passphrase, Reader reader)
      throws GeneralSecurityException {
    if (!headers.getOrDefault("Proc-Type", "").contains("ENCRYPTED")) {
      return reader.read(body);
    }
    byte[] opened =
        KeyDecryption.traditional(body, headers.getOrDefault("DEK-Info", ""), needed(passphrase));
    try {
      return reader.read(opened);
    } finally {
      Arrays.fill(opened, (byte) 0);
    }
  }

  static byte[] needed(Optional<byte[]> passphrase) {
    return passphrase.orElseThrow(
        () -> new KeyUnreadable("it is encrypted and the credential has no passphrase"));
  }

  private interface Reader {
    LogOnKey read(byte[] der) throws GeneralSecurityException;
  }

  private static KeyFile unarmour(ByteBuffer text) {
    ByteBuffer rest = text.duplicate();
    while (!startsWithBegin(rest)) {
      skipLine(rest);
      if (!rest.hasRemaining()) {
        throw new KeyUnreadable("it has no line that begins with '" + BEGIN.strip() + "'");
      }
    }
    rest.position(rest.position() + BEGIN.length());
    StringBuilder label = new StringBuilder();
    while (rest.hasRemaining() && label.length() < LONGEST_LABEL && peek(rest) != '-') {
      label.append((char) (rest.get() & 0x7f));
    }
    skipLine(rest);
    Map<String, String> headers = readHeaders(rest);
    return new KeyFile(label.toString(), headers, decode(rest));
  }

  private static boolean startsWithBegin(ByteBuffer text) {
    if (text.remaining() < BEGIN.length()) {
      return false;
    }
    for (int i = 0; i < BEGIN.length(); i++) {
      if (text.get(text.position() + i) != BEGIN.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static void skipLine(ByteBuffer text) {
    while (text.hasRemaining() && text.get() != '\n') {
      // on to the next
    }
  }

  private static byte peek(ByteBuffer text) {
    return text.get(text.position());
  }

  private static Map<String, String> readHeaders(ByteBuffer text) {
    Map<String, String> headers = new LinkedHashMap<>();
    while (hasHeader(text)) {
      StringBuilder line = new StringBuilder();
      byte next = text.get();
      while (next != '\n') {
        if (next != '\r' && line.length() < 2 * LONGEST_LABEL) {
          line.append((char) (next & 0xff));
        }
        next = text.get();
      }
      int colon = line.indexOf(":");
      headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return headers;
  }

  /** Whether the next line is a header: Base64 has no colon. */
  private static boolean hasHeader(ByteBuffer text) {
    boolean colon = false;
    for (int i = text.position(); i < text.limit(); i++) {
      if (text.get(i) == '\n') {
        return colon;
      }
      colon |= text.get(i) == ':';
    }
    return false;
  }

  private static byte[] decode(ByteBuffer text) {
    byte[] decoded = new byte[text.remaining() / 4 * 3 + 3];
    int count = 0;
    int bits = 0;
    int held = 0;
    try {
      while (text.hasRemaining()) {
        byte next = text.get();
        if (next == '-') {
          return Arrays.copyOf(decoded, count);
        }
        if (next == '=' || next == '\n' || next == '\r' || next == ' ' || next == '\t') {
          continue;
        }
        bits = (bits << 6) | value(next);
        held += 6;
        if (held >= 8) {
          held -= 8;
          decoded[count++] = (byte) (bits >> held);
          bits &= (1 << held) - 1;
        }
      }
    } finally {
      Arrays.fill(decoded, (byte) 0);
    }
    throw new KeyUnreadable("its last line is missing, so it is not whole");
  }

  private static int value(byte next) {
    if (next >= 'A' && next <= 'Z') {
      return next - 'A';
    }
    if (next >= 'a' && next <= 'z') {
      return next - 'a' + 26;
    }
    if (next >= '0' && next <= '9') {
      return next - '0' + 52;
    }
    if (next == '+' || next == '/') {
      return next == '+' ? 62 : 63;
    }
    throw new KeyUnreadable("it holds a character that is no Base64");
  }
}
