package io.postern.tck;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/** Makes OpenSSH certificates of the right form, which nobody has signed. */
final class TestCertificate {
  private static final String TYPE = "ssh-ed25519-cert-v01@openssh.com";

  private TestCertificate() {}

  static String line(String publicKey, String principal, Instant validBefore) {
    byte[] blob = Base64.getDecoder().decode(publicKey.split(" ", -1)[1]);
    ByteArrayOutputStream certificate = new ByteArrayOutputStream();
    string(certificate, TYPE.getBytes(StandardCharsets.UTF_8));
    string(certificate, new byte[32]);
    string(certificate, Arrays.copyOfRange(blob, blob.length - 32, blob.length));
    number(certificate, 1);
    certificate.writeBytes(ByteBuffer.allocate(4).putInt(1).array());
    string(certificate, "key id".getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream principals = new ByteArrayOutputStream();
    string(principals, principal.getBytes(StandardCharsets.UTF_8));
    string(certificate, principals.toByteArray());
    number(certificate, 0);
    number(certificate, validBefore.getEpochSecond());
    return TYPE + " " + Base64.getEncoder().encodeToString(certificate.toByteArray());
  }

  private static void string(ByteArrayOutputStream out, byte[] bytes) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  private static void number(ByteArrayOutputStream out, long number) {
    out.writeBytes(ByteBuffer.allocate(8).putLong(number).array());
  }
}
