package io.postern.credential.vault;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What an OpenSSH certificate says of itself. Nothing in it is secret.
 *
 * @param type such as {@code ssh-ed25519-cert-v01@openssh.com}
 * @param key the public key's own fields, as they stand there
 * @param principals the accounts it is good for
 * @param validBefore when it ends; empty for never
 * @param signature the algorithm that the authority signed with
 * @see "PROTOCOL.certkeys of OpenSSH"
 */
record SshCertificate(
    String type,
    ByteBuffer key,
    List<String> principals,
    Optional<Instant> validBefore,
    String signature) {
  private static final String SUFFIX = "-cert-v01@openssh.com";

  /**
   * @throws IllegalArgumentException when it is none
   */
  static SshCertificate read(String line) {
    String[] words = line.split(" ", -1);
    if (words.length < 2 || !words[0].endsWith(SUFFIX)) {
      throw new IllegalArgumentException("no line of a certificate");
    }
    try {
      ByteBuffer blob = ByteBuffer.wrap(Base64.getDecoder().decode(words[1]));
      String type = text(blob);
      bytes(blob); // nonce
      int from = blob.position();
      for (int i = 0; i < keyFields(type); i++) {
        bytes(blob);
      }
      ByteBuffer key = blob.duplicate().limit(blob.position()).position(from).slice();
      blob.getLong(); // serial
      if (blob.getInt() != 1) {
        throw new IllegalArgumentException("no certificate of a user");
      }
      bytes(blob); // key id
      List<String> principals = new ArrayList<>();
      for (ByteBuffer list = bytes(blob); list.hasRemaining(); ) {
        principals.add(text(list));
      }
      blob.getLong(); // valid after
      long end = blob.getLong();
      for (int i = 0; i < 4; i++) {
        bytes(blob); // critical options, extensions, reserved, the authority's key
      }
      return new SshCertificate(
          type,
          key,
          List.copyOf(principals),
          end < 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(end)),
          text(bytes(blob)));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("cut short", e);
    }
  }

  /** Whether it is for this key, one line as in a {@code .pub} file. */
  boolean isFor(String publicKey) {
    String[] words = publicKey.strip().split(" ", -1);
    if (words.length < 2 || !(words[0] + SUFFIX).equals(type)) {
      return false;
    }
    ByteBuffer blob = ByteBuffer.wrap(Base64.getDecoder().decode(words[1]));
    bytes(blob); // type
    return blob.slice().equals(key);
  }

  private static int keyFields(String type) {
    return switch (type) {
      case "ssh-ed25519" + SUFFIX -> 1;
      case "ssh-rsa" + SUFFIX -> 2;
      case "ecdsa-sha2-nistp256" + SUFFIX,
          "ecdsa-sha2-nistp384" + SUFFIX,
          "ecdsa-sha2-nistp521" + SUFFIX ->
          2;
      default -> throw new IllegalArgumentException("a kind that is not known");
    };
  }

  private static ByteBuffer bytes(ByteBuffer blob) {
    int length = blob.getInt();
    if (length < 0 || length > blob.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer part = blob.slice().limit(length);
    blob.position(blob.position() + length);
    return part;
  }

  private static String text(ByteBuffer blob) {
    return StandardCharsets.UTF_8.decode(bytes(blob)).toString();
  }
}
