package io.postern.connector.ssh;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import net.schmizz.sshj.common.SSHRuntimeException;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;

/** Our half of a Diffie-Hellman agreement on a curve, by the Java platform's own providers. */
abstract sealed class Agreement {
  private final String algorithm;
  private final KeyPair pair;

  private Agreement(String algorithm, KeyPair pair) {
    this.algorithm = algorithm;
    this.pair = pair;
  }

  static Agreement x25519() {
    try {
      return new X25519(KeyPairGenerator.getInstance("X25519").generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new SSHRuntimeException("this Java platform has no X25519", e);
    }
  }

  /** On {@code nistp256}, {@code nistp384} or {@code nistp521}. */
  static Agreement nist(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(jdkName(curve)));
      return new Nist(curve, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new SSHRuntimeException("this Java platform has no curve " + curve, e);
    }
  }

  /** Our public key as SSH wants it. */
  abstract byte[] ours();

  abstract PublicKey read(byte[] theirs) throws GeneralSecurityException;

  /** The shared number, with the peer's public key. */
  BigInteger with(byte[] theirs) throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance(algorithm);
    agreement.init(pair.getPrivate());
    agreement.doPhase(read(theirs), true);
    return new BigInteger(1, agreement.generateSecret());
  }

  static X9ECParameters nistCurve(String curve) throws GeneralSecurityException {
    if (!curve.matches("nistp(256|384|521)")) {
      throw new GeneralSecurityException("unknown curve");
    }
    return CustomNamedCurves.getByName(jdkName(curve));
  }

  static ECParameterSpec nistParameters(String curve) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(jdkName(curve)));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  /** Reads a point of the curve; refuses what is none. */
  static PublicKey nistPublicKey(String curve, byte[] encoded) throws GeneralSecurityException {
    ECPoint point;
    try {
      point = nistCurve(curve).getCurve().decodePoint(encoded).normalize();
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("a public key is no point of " + curve, e);
    }
    if (point.isInfinity()) {
      throw new GeneralSecurityException("a public key is the point at infinity");
    }
    java.security.spec.ECPoint affine =
        new java.security.spec.ECPoint(
            point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger());
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(affine, nistParameters(curve)));
  }

  private static String jdkName(String curve) {
    return curve.replace("nistp", "secp") + "r1";
  }

  private static final class X25519 extends Agreement {
    private static final int BYTES = 32;

    /** The public key with what X.509 puts in front of it. */
    private final byte[] encoded;

    X25519(KeyPair pair) {
      super("X25519", pair);
      this.encoded = pair.getPublic().getEncoded();
    }

    @Override
    byte[] ours() {
      return Arrays.copyOfRange(encoded, encoded.length - BYTES, encoded.length);
    }

    @Override
    PublicKey read(byte[] theirs) throws GeneralSecurityException {
      if (theirs.length != BYTES) {
        throw new GeneralSecurityException("a public key has " + theirs.length + " bytes, not 32");
      }
      byte[] full = encoded.clone();
      System.arraycopy(theirs, 0, full, full.length - BYTES, BYTES);
      return KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(full));
    }
  }

  private static final class Nist extends Agreement {
    private final String curve;
    private final byte[] ours;

    Nist(String curve, KeyPair pair) throws GeneralSecurityException {
      super("ECDH", pair);
      this.curve = curve;
      java.security.spec.ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
      this.ours =
          nistCurve(curve)
              .getCurve()
              .createPoint(point.getAffineX(), point.getAffineY())
              .getEncoded(false);
    }

    @Override
    byte[] ours() {
      return ours;
    }

    @Override
    PublicKey read(byte[] theirs) throws GeneralSecurityException {
      return nistPublicKey(curve, theirs);
    }
  }
}
