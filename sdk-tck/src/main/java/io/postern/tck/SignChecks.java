package io.postern.tck;

import io.postern.spi.CallContext;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.SignsSshCertificates;
import io.postern.spi.credential.SignsSshCertificates.SignRequest;
import io.postern.spi.credential.SignsSshCertificates.SignedCertificate;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Certificates for keys that the store never sees. */
final class SignChecks {
  private SignChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.SIGN_1, "the given key is signed", SignChecks::signed),
        new Check(SpiRule.SIGN_2, "the user name is a principal", SignChecks::principal),
        new Check(SpiRule.SIGN_3, "it is good for as long as is said", SignChecks::end),
        new Check(SpiRule.SIGN_4, "it is not resolved", SignChecks::notResolved),
        new Check(SpiRule.SIGN_5, "an unknown key is NOT_FOUND", SignChecks::unknown));
  }

  private record Signed(
      boolean theGivenKey, SignedCertificate answer, SshCertificate certificate) {}

  private static Signed sign(Subject subject) throws Exception {
    SignsSshCertificates signing = Wanted.capability(subject, SignsSshCertificates.class);
    String key = Wanted.signed(subject).key();
    CallContext call = subject.call(subject.under.person);
    byte[] raw = newPublicKey();
    SignedCertificate answer =
        subject.ask(SpiRule.SIGN_1, "sign", () -> signing.sign(request(subject, key, raw, call)));
    if (answer == null) {
      throw new RuleBroken(SpiRule.SIGN_1, "sign returned null");
    }
    subject.leaks.heard(SpiRule.LEAK_1, "toString of what sign answered", answer.toString());
    subject.leaks.heard(SpiRule.LEAK_4, "a lease reference", answer.lease().reference());
    subject.release(key, answer.lease().reference(), call, SpiRule.RELEASE_1);
    try {
      SshCertificate certificate = SshCertificate.parse(answer.certificate());
      return new Signed(certificate.isFor(raw), answer, certificate);
    } catch (IllegalArgumentException e) {
      throw new RuleBroken(SpiRule.SIGN_1, "no certificate: " + e.getMessage(), e);
    }
  }

  static SignRequest request(Subject subject, String key, byte[] raw, CallContext call) {
    return new SignRequest(
        key,
        subject.under.endpoint,
        SshCertificate.publicKeyLine(raw),
        subject.clock.instant().plus(Duration.ofMinutes(30)),
        call);
  }

  static byte[] newPublicKey() throws GeneralSecurityException {
    byte[] encoded =
        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
    // RFC 8410: the raw key is the end of the encoded one.
    return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
  }

  private static void signed(Subject subject) throws Exception {
    Signed signed = sign(subject);
    if (!signed.theGivenKey()) {
      throw new RuleBroken(SpiRule.SIGN_1, "the certificate is for another key than was given");
    }
  }

  private static void principal(Subject subject) throws Exception {
    Signed signed = sign(subject);
    if (!signed.certificate().principals().contains(signed.answer().username())) {
      throw new RuleBroken(
          SpiRule.SIGN_2,
          "it is to log on as '"
              + signed.answer().username()
              + "', and the certificate is for "
              + signed.certificate().principals());
    }
  }

  private static void end(Subject subject) throws Exception {
    Signed signed = sign(subject);
    Instant said =
        signed
            .answer()
            .lease()
            .expiresAt()
            .orElseThrow(
                () -> new RuleBroken(SpiRule.SIGN_3, "the lease of a certificate has no end"));
    if (signed.certificate().validBefore().filter(end -> end.isBefore(said)).isPresent()
        || !said.isAfter(subject.clock.instant())) {
      throw new RuleBroken(
          SpiRule.SIGN_3,
          "it is lent until "
              + said
              + ", now "
              + subject.clock.instant()
              + ", and the certificate ends "
              + signed.certificate().validBefore());
    }
  }

  private static void notResolved(Subject subject) throws Exception {
    Wanted.capability(subject, SignsSshCertificates.class);
    String key = Wanted.signed(subject).key();
    CallContext call = subject.call(subject.under.person);
    subject.refused(
        SpiRule.SIGN_4,
        "resolve of a credential that is signed on use",
        () -> subject.provider().resolve(subject.resolving(key, subject.under.endpoint, call)));
  }

  private static void unknown(Subject subject) throws Exception {
    SignsSshCertificates signing = Wanted.capability(subject, SignsSshCertificates.class);
    byte[] raw = newPublicKey();
    subject.refused(
        SpiRule.SIGN_5,
        "sign with a key that is not there",
        () ->
            signing.sign(
                request(subject, Subject.UNKNOWN_KEY, raw, subject.call(subject.under.person))),
        Failure.NOT_FOUND);
  }
}
