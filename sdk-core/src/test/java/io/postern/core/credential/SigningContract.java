package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.MAYA;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Refused;
import io.postern.core.credential.Lending.Borrowed;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Lease.State;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.SignsSshCertificates;
import io.postern.testing.Rule;
import java.nio.ByteBuffer;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Credentials that are had by having a new key signed. */
@Timeout(120)
abstract class SigningContract {
  @RegisterExtension final StoreUnderTest store;
  private final Authority authority = new Authority();
  private Optional<LendingRoom> opened = Optional.empty();

  SigningContract(StoreUnderTest store) {
    this.store = store;
  }

  /** Signs by naming the key that it was shown. */
  private static final class Authority extends LedgerVault implements SignsSshCertificates {
    final List<SignRequest> requests = new CopyOnWriteArrayList<>();

    @Override
    public SignedCertificate sign(SignRequest request) {
      begin("sign");
      requests.add(request);
      lend("sign", request.key(), request.call().callId());
      return new SignedCertificate(
          "ops",
          "ssh-ed25519-cert-v01@openssh.com "
              + Base64.getEncoder().encodeToString(request.publicKey().getBytes()),
          new LeaseTerms(
              "serial-" + requests.size(),
              Optional.of(Instant.parse("2126-01-01T00:00:00Z")),
              false));
    }
  }

  private LendingRoom room(CredentialLimits limits, LedgerVault vault) {
    vault.credentials.add(
        FoundCredential.of("ops", "ops", CredentialKind.CERTIFICATE, Precedence.ITEM)
            .signedOnUse());
    LendingRoom room = LendingRoom.on(store.database(), store.clock(), limits, Map.of("ca", vault));
    opened = Optional.of(room);
    return room;
  }

  @AfterEach
  void close() {
    opened.ifPresent(LendingRoom::close);
  }

  private static Borrowed borrow(LendingRoom room) {
    return room.lending.borrow(room.loan(MAYA, "s1", "ca", "ops"));
  }

  /** The public key of a line as in a {@code .pub} file. */
  private static PublicKey publicKey(String line) throws Exception {
    String[] words = line.split(" ");
    assertThat(words).hasSize(2);
    assertThat(words[0]).isEqualTo("ssh-ed25519");
    byte[] wire = Base64.getDecoder().decode(words[1]);
    assertThat(wire).hasSize(4 + 11 + 4 + 32);
    byte[] prefix = Base64.getDecoder().decode("MCowBQYDK2VwAyEA");
    byte[] x509 = ByteBuffer.allocate(44).put(prefix).put(wire, wire.length - 32, 32).array();
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509));
  }

  private static byte[] signature(Credential.Certificate credential, byte[] message) {
    return credential
        .key()
        .use(
            bytes -> {
              byte[] pem = new byte[bytes.remaining()];
              bytes.get(pem);
              String text = new String(pem, java.nio.charset.StandardCharsets.US_ASCII);
              assertThat(text)
                  .startsWith("-----BEGIN PRIVATE KEY-----\n")
                  .endsWith("\n-----END PRIVATE KEY-----\n");
              try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(
                    KeyFactory.getInstance("Ed25519")
                        .generatePrivate(
                            new PKCS8EncodedKeySpec(
                                Base64.getDecoder().decode(text.split("\n")[1]))));
                signature.update(message);
                return signature.sign();
              } catch (java.security.GeneralSecurityException e) {
                throw new AssertionError(e);
              }
            });
  }

  @Test
  @Rule({"INJ-2", "ECM-11"})
  void borrow_whatIsSignedOnUse_lendsANewKeyWhosePublicHalfWasSigned_underADurableLease()
      throws Exception {
    LendingRoom room = room(CredentialLimits.standard(), authority);
    authority.once("sign", () -> assertThat(room.rows().get(0).state()).isEqualTo(State.INTENT));
    Borrowed borrowed = borrow(room);
    assertThat(borrowed.madeForThis()).isTrue();
    Credential.Certificate credential = (Credential.Certificate) borrowed.credential();
    assertThat(credential.username()).isEqualTo("ops");
    assertThat(room.row(borrowed.lease()).reference()).isEqualTo("serial-1");
    assertThat(room.state(borrowed.lease())).isEqualTo(State.HELD);
    byte[] message = "a session id".getBytes();
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(publicKey(authority.requests.get(0).publicKey()));
    check.update(message);
    assertThat(check.verify(signature(credential, message))).isTrue();
    assertThat(authority.requests.get(0).until())
        .isEqualTo(store.clock().instant().plus(Duration.ofHours(2)));
    credential.close();
    room.end("s1");
    assertThat(room.state(borrowed.lease())).isEqualTo(State.RETURNED);
    assertThat(authority.acts).containsExactly("sign ops", "release ops");
  }

  @Test
  void borrow_twice_signsTwoKeys() {
    LendingRoom room = room(CredentialLimits.standard(), authority);
    borrow(room).credential().close();
    borrow(room).credential().close();
    assertThat(authority.requests)
        .extracting(SignsSshCertificates.SignRequest::publicKey)
        .doesNotHaveDuplicates()
        .hasSize(2);
  }

  @Test
  @Rule("ECM-9")
  void borrow_whereSigningFails_settlesOrOwesByWhatIsKnown() {
    LendingRoom room = room(CredentialLimits.standard(), authority);
    authority.once(
        "sign",
        () -> {
          throw ProviderException.withoutEffect(Failure.DENIED, "no such principal", "", null);
        });
    Refused.with(ErrorCode.CREDENTIAL_DENIED, () -> borrow(room));
    assertThat(room.rows()).extracting(LeaseRow::state).containsExactly(State.RETURNED);
    authority.once(
        "sign",
        () -> {
          throw ProviderException.effectUnknown(Failure.UNAVAILABLE, "cut off", "", null);
        });
    Refused.with(ErrorCode.CREDENTIAL_UNAVAILABLE, () -> borrow(room));
    assertThat(room.rows())
        .extracting(LeaseRow::state)
        .containsExactlyInAnyOrder(State.RETURNED, State.RETURNING);
  }

  @Test
  @Rule({"ECM-6", "ECM-11"})
  void borrow_whereTheCertificateComesTooLate_isGivenBack() {
    LendingRoom room = room(CredentialLimits.standard().perCall(Duration.ofSeconds(1)), authority);
    CountDownLatch late = new CountDownLatch(1);
    authority.once(
        "sign",
        () -> {
          boolean open = false;
          while (!open) {
            try {
              late.await();
              open = true;
            } catch (InterruptedException e) {
              // Deaf, as a plug-in may be.
            }
          }
        });
    Refused.with(ErrorCode.CREDENTIAL_TIMED_OUT, () -> borrow(room));
    late.countDown();
    room.awaitLenders();
    assertThat(room.rows().get(0).reference()).isEqualTo("serial-1");
    room.sweepOut();
    assertThat(authority.count("release ops")).isEqualTo(1);
  }

  @Test
  @Rule("ECM-5")
  void candidates_ofAPlugInThatCannotSign_areABrokenContract() {
    LendingRoom room = room(CredentialLimits.standard(), new LedgerVault());
    assertThat(Refused.with(ErrorCode.PLUGIN_FAILED, () -> borrow(room)))
        .hasMessageContaining("cannot sign");
  }

  @Test
  void checkOut_ofWhatIsSignedOnUse_isRefused() {
    LendingRoom room = room(CredentialLimits.standard(), authority);
    Refused.with(
        ErrorCode.CAPABILITY_MISSING,
        () ->
            room.credentials(MAYA)
                .checkOut(
                    LendingRoom.ITEM.id(),
                    new io.postern.credential.CandidateId("ca", "ops"),
                    Duration.ofMinutes(5)));
  }
}
