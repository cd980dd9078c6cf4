package io.postern.tck;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What an OpenSSH certificate for an Ed25519 key says.
 *
 * @param publicKey the 32 bytes that were signed
 * @param principals whom it lets log on; empty means anybody
 * @param validBefore its end; empty when it has none
 * @see "OpenSSH, PROTOCOL.certkeys"
 */
record SshCertificate(
    ByteBuffer publicKey, List<String> principals, Optional<Instant> validBefore) {
  static final String KEY_TYPE = "ssh-ed25519";
  private static final String TYPE = "ssh-ed25519-cert-v01@openssh.com";

  /** A line as in a {@code .pub} file for these 32 bytes. */
  static String publicKeyLine(byte[] raw) {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    put(blob, KEY_TYPE.getBytes(StandardCharsets.UTF_8));
    put(blob, raw);
    return KEY_TYPE + " " + Base64.getEncoder().encodeToString(blob.toByteArray());
  }

  private static void put(ByteArrayOutputStream blob, byte[] part) {
    blob.writeBytes(ByteBuffer.allocate(4).putInt(part.length).array());
    blob.writeBytes(part);
  }

  /**
   * Reads a line as in a {@code -cert.pub} file.
   *
   * @throws IllegalArgumentException saying why it is none
   */
  static SshCertificate parse(String line) {
    String[] parts = line.strip().split("\\s+", -1);
    if (parts.length < 2 || !parts[0].equals(TYPE)) {
      throw new IllegalArgumentException("it is no line that begins with " + TYPE);
    }
    try {
      ByteBuffer blob = ByteBuffer.wrap(Base64.getDecoder().decode(parts[1]));
      if (!text(blob).equals(TYPE)) {
        throw new IllegalArgumentException("the type inside is another one");
      }
      next(blob); // nonce
      ByteBuffer publicKey = ByteBuffer.wrap(next(blob));
      blob.getLong(); // serial
      blob.getInt(); // for a user or a host
      next(blob); // key id
      List<String> principals = new ArrayList<>();
      for (ByteBuffer list = ByteBuffer.wrap(next(blob)); list.hasRemaining(); ) {
        principals.add(text(list));
      }
      blob.getLong(); // valid after
      long before = blob.getLong();
      return new SshCertificate(
          publicKey,
          principals,
          // All ones, and all that no Instant holds: for ever.
          before < 0 || before > Instant.MAX.getEpochSecond()
              ? Optional.empty()
              : Optional.of(Instant.ofEpochSecond(before)));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("it is cut off", e);
    }
  }

  private static String text(ByteBuffer blob) {
    return new String(next(blob), StandardCharsets.UTF_8);
  }

  private static byte[] next(ByteBuffer blob) {
    int length = blob.getInt();
    if (length < 0 || length > blob.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] part = new byte[length];
    blob.get(part);
    return part;
  }

  boolean isFor(byte[] raw) {
    return publicKey.equals(ByteBuffer.wrap(raw));
  }
}
