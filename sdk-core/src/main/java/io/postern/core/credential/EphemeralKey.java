package io.postern.core.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.CallContext;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.SignsSshCertificates;
import io.postern.spi.credential.SignsSshCertificates.SignRequest;
import io.postern.spi.credential.SignsSshCertificates.SignedCertificate;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * An Ed25519 key pair for one use: its public half is signed by a credential manager, and its
 * private half never leaves this process. The Java platform's own key object cannot be wiped; what
 * it leaves behind is worth nothing without the certificate, nor after that has expired.
 *
 * @see "RFC 8709 (Ed25519 in SSH), RFC 8410 (in PKCS#8 and X.509)"
 */
final class EphemeralKey {
  private static final String ALGORITHM = "ssh-ed25519";
  private static final int PUBLIC_BYTES = 32;
  private static final byte[] BEGIN = "-----BEGIN PRIVATE KEY-----\n".getBytes(US_ASCII);
  private static final byte[] END = "\n-----END PRIVATE KEY-----\n".getBytes(US_ASCII);

  private EphemeralKey() {}

  /** A new key with the certificate that the manager signs for it; the receiver closes it. */
  static Lent signedBy(SignsSshCertificates manager, Need need, CallContext call) {
    KeyPair pair = generate();
    SignedCertificate signed =
        manager.sign(
            new SignRequest(
                need.credential().key(), need.endpoint(), line(pair), need.until(), call));
    if (signed == null) {
      throw new HeldCall.BrokenAnswer("the certificate that it signed was null");
    }
    Secret key = privateHalf(pair);
    try {
      return new Lent(
          Credential.certificate(signed.username(), key, signed.certificate()), signed.lease());
    } catch (RuntimeException e) {
      key.close();
      throw e;
    }
  }

  private static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform has no Ed25519", e);
    }
  }

  /** The public half as in a {@code .pub} file. */
  private static String line(KeyPair pair) {
    // The end of its X.509 form is the key itself.
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] name = ALGORITHM.getBytes(US_ASCII);
    ByteBuffer wire =
        ByteBuffer.allocate(2 * Integer.BYTES + name.length + PUBLIC_BYTES)
            .putInt(name.length)
            .put(name)
            .putInt(PUBLIC_BYTES)
            .put(encoded, encoded.length - PUBLIC_BYTES, PUBLIC_BYTES);
    return ALGORITHM + " " + Base64.getEncoder().encodeToString(wire.array());
  }

  /** The private half as a PEM file, which is made of bytes alone. */
  private static Secret privateHalf(KeyPair pair) {
    byte[] der = pair.getPrivate().getEncoded();
    byte[] base64 = Base64.getEncoder().encode(der);
    byte[] pem = new byte[BEGIN.length + base64.length + END.length];
    try {
      ByteBuffer.wrap(pem).put(BEGIN).put(base64).put(END);
      return Secret.takeFrom(pem);
    } finally {
      Arrays.fill(der, (byte) 0);
      Arrays.fill(base64, (byte) 0);
      Arrays.fill(pem, (byte) 0);
    }
  }
}
