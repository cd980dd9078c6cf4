package io.postern.credential.vault;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * Signs Ed25519 keys as an SSH server's authority does, in any year that a test plays in.
 *
 * @see "PROTOCOL.certkeys of OpenSSH"
 */
final class SshAuthority {
  private static final String KEY = "ssh-ed25519";
  private static final String CERTIFICATE = "ssh-ed25519-cert-v01@openssh.com";
  private static final int RAW = 32;

  private final KeyPair own;

  SshAuthority() {
    own = newPair();
  }

  private static KeyPair newPair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The line of a key that nobody else has. */
  static String newPublicKey() {
    byte[] key = strings(text(KEY), tail(newPair().getPublic().getEncoded()));
    return KEY + " " + Base64.getEncoder().encodeToString(key);
  }

  /** The line of a certificate for the key of such a line. */
  String signed(String publicKey, String principal, Instant validBefore) {
    byte[] key = Base64.getDecoder().decode(publicKey.split(" ", -1)[1]);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    string(out, text(CERTIFICATE));
    string(out, new byte[RAW]); // the nonce
    string(out, tail(key));
    number(out, 1);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(1).array()); // of a user
    string(out, text("played"));
    string(out, strings(text(principal)));
    number(out, 0);
    number(out, validBefore.getEpochSecond());
    string(out, new byte[0]); // critical options
    string(out, new byte[0]); // extensions
    string(out, new byte[0]); // reserved
    string(out, strings(text(KEY), tail(own.getPublic().getEncoded())));
    string(out, strings(text(KEY), signature(out.toByteArray())));
    return CERTIFICATE + " " + Base64.getEncoder().encodeToString(out.toByteArray());
  }

  private byte[] signature(byte[] of) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(own.getPrivate());
      signature.update(of);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** RFC 8410 and RFC 8709: the raw key is the end of either form. */
  private static byte[] tail(byte[] encoded) {
    return Arrays.copyOfRange(encoded, encoded.length - RAW, encoded.length);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] strings(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      string(out, part);
    }
    return out.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, byte[] bytes) {
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  private static void number(ByteArrayOutputStream out, long number) {
    out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }
}
