package io.postern.connector.ssh;

import io.postern.credential.Secret;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECPrivateKeySpec;
import java.util.Arrays;
import java.util.List;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.userauth.UserAuthException;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A private key for the time of one log-on. Closing wipes what can be wiped: an Ed25519 key wholly;
 * RSA and ECDSA keys are objects of the Java platform, which stay until the collector reuses their
 * memory.
 */
sealed interface LogOnKey extends AutoCloseable {
  /** The signature algorithms to try, best first. */
  List<String> algorithms();

  /** The public key in SSH wire form. */
  byte[] publicKey();

  /** The algorithm that the signature itself names; another one than asked for by certificates. */
  default String signedBy(String algorithm) {
    return algorithm;
  }

  /** The raw signature as SSH wants it. */
  byte[] sign(String algorithm, byte[] message) throws UserAuthException;

  @Override
  default void close() {}

  /** Takes over the 32 bytes of an Ed25519 private key, and wipes them. */
  static LogOnKey ed25519(byte[] privateKey) {
    if (privateKey.length != Ed25519.SECRET_KEY_SIZE) {
      Arrays.fill(privateKey, (byte) 0);
      throw new KeyUnreadable("its Ed25519 key has the wrong length");
    }
    byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(privateKey, 0, publicKey, 0);
    return new Ed25519Key(publicKey, Secret.takeFrom(privateKey));
  }

  static LogOnKey rsa(RSAPrivateCrtKey key) {
    return new RsaKey(key);
  }

  /** The key of curve {@code nistp256}, {@code nistp384} or {@code nistp521} with this number. */
  static LogOnKey ecdsa(String curve, BigInteger number) throws GeneralSecurityException {
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new ECPrivateKeySpec(number, Agreement.nistParameters(curve)));
    // Worked out, because not every file has the public point.
    byte[] point = Agreement.nistCurve(curve).getG().multiply(number).normalize().getEncoded(false);
    return new EcdsaKey(curve, point, key);
  }

  /** The key with a certificate for it, which it takes over. */
  static LogOnKey certified(LogOnKey key, UserCertificate certificate) {
    return new CertifiedKey(key, certificate);
  }

  /**
   * A key that shows a certificate.
   *
   * @see "OpenSSH, PROTOCOL.certkeys; RFC 8332 for the names with RSA"
   */
  final class CertifiedKey implements LogOnKey {
    private final LogOnKey key;
    private final UserCertificate certificate;

    private CertifiedKey(LogOnKey key, UserCertificate certificate) {
      this.key = key;
      this.certificate = certificate;
    }

    /** Only the best: a server that knows certificates with RSA's newer hashes knows both. */
    @Override
    public List<String> algorithms() {
      return List.of(UserCertificate.algorithm(key.algorithms().get(0)));
    }

    @Override
    public byte[] publicKey() {
      return certificate.blob();
    }

    @Override
    public String signedBy(String algorithm) {
      return key.algorithms().get(0);
    }

    @Override
    public byte[] sign(String algorithm, byte[] message) throws UserAuthException {
      return key.sign(signedBy(algorithm), message);
    }

    @Override
    public void close() {
      key.close();
    }
  }

  /** An Ed25519 key, signed with on a plain array. */
  final class Ed25519Key implements LogOnKey {
    private final byte[] point;
    private final Secret secret;

    private Ed25519Key(byte[] point, Secret secret) {
      this.point = point;
      this.secret = secret;
    }

    @Override
    public List<String> algorithms() {
      return List.of("ssh-ed25519");
    }

    @Override
    public byte[] publicKey() {
      return new Buffer.PlainBuffer().putString("ssh-ed25519").putString(point).getCompactData();
    }

    @Override
    public byte[] sign(String algorithm, byte[] message) {
      byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
      secret.use(bytes -> sign(bytes, message, signature));
      return signature;
    }

    private static boolean sign(ByteBuffer key, byte[] message, byte[] signature) {
      // The Java platform's Signature wants a key object, which keeps the bytes for good.
      byte[] bytes = new byte[key.remaining()];
      try {
        key.get(bytes);
        Ed25519.sign(bytes, 0, message, 0, message.length, signature, 0);
        return true;
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }

    @Override
    public void close() {
      secret.close();
    }
  }

  /** An RSA key. */
  final class RsaKey implements LogOnKey {
    private final RSAPrivateCrtKey key;

    private RsaKey(RSAPrivateCrtKey key) {
      this.key = key;
    }

    @Override
    public List<String> algorithms() {
      return List.of("rsa-sha2-512", "rsa-sha2-256");
    }

    @Override
    public byte[] publicKey() {
      return new Buffer.PlainBuffer()
          .putString("ssh-rsa")
          .putMPInt(key.getPublicExponent())
          .putMPInt(key.getModulus())
          .getCompactData();
    }

    @Override
    public byte[] sign(String algorithm, byte[] message) throws UserAuthException {
      return jdkSign(
          algorithm.equals("rsa-sha2-512") ? "SHA512withRSA" : "SHA256withRSA", key, message);
    }
  }

  /** A key on one of the NIST curves. */
  final class EcdsaKey implements LogOnKey {
    private final String curve;
    private final byte[] point;
    private final PrivateKey key;

    private EcdsaKey(String curve, byte[] point, PrivateKey key) {
      this.curve = curve;
      this.point = point;
      this.key = key;
    }

    @Override
    public List<String> algorithms() {
      return List.of("ecdsa-sha2-" + curve);
    }

    @Override
    public byte[] publicKey() {
      return new Buffer.PlainBuffer()
          .putString("ecdsa-sha2-" + curve)
          .putString(curve)
          .putString(point)
          .getCompactData();
    }

    @Override
    public byte[] sign(String algorithm, byte[] message) throws UserAuthException {
      String hash =
          switch (curve) {
            case "nistp256" -> "SHA256";
            case "nistp384" -> "SHA384";
            default -> "SHA512";
          };
      byte[] both = jdkSign(hash + "withECDSAinP1363Format", key, message);
      int half = both.length / 2;
      return new Buffer.PlainBuffer()
          .putMPInt(new BigInteger(1, both, 0, half))
          .putMPInt(new BigInteger(1, both, half, half))
          .getCompactData();
    }
  }

  private static byte[] jdkSign(String algorithm, PrivateKey key, byte[] message)
      throws UserAuthException {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new UserAuthException("the private key cannot sign", e);
    }
  }
}
