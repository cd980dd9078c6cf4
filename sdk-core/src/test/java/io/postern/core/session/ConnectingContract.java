package io.postern.core.session;

import static io.postern.core.Scene.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.audit.AuditQuery;
import io.postern.core.PosternUnderTest;
import io.postern.core.Race;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.credential.CandidateId;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.HostKey;
import io.postern.jump.HostKeyTrust;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicyId;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionStatus;
import io.postern.spi.Settings;
import io.postern.testing.Rule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which credential logs on, to which host, and how often. */
abstract class ConnectingContract {
  @RegisterExtension final PosternUnderTest test;

  ConnectingContract(PosternUnderTest test) {
    this.test = test;
  }

  private static Credential typed(Secret secret) {
    return Credential.password("app", secret);
  }

  private static Secret secret(String text) {
    return Secret.takeFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertWiped(Secret secret) {
    assertThat(Assertions.catchThrowable(() -> secret.use(bytes -> true)))
        .as("a secret that was closed")
        .isNotNull();
  }

  @Test
  @Rule("SES-2")
  void connect_isForSessionsThatAreAvailableOrActive_andForTheirOwner() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session = scene.ask("maya");
    Refused.with(ErrorCode.SESSION_NOT_AVAILABLE, session::connect);
    scene.approve("noor", scene.request(session));
    session.awaitAvailable(Duration.ofSeconds(60));
    Session seen = test.as("adam").sessions().find(session.id());
    Refused.with(ErrorCode.NOT_PERMITTED, seen::connect);
    session.connect().close();
    session.connect().close();
    session.end();
    Refused.with(ErrorCode.SESSION_ENDED, session::connect);
  }

  @Test
  @Rule("INJ-3")
  void connect_whereSomethingIsMissing_saysSoBeforeASecretIsFetched() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    test.endpoint().lacks("a common algorithm", "a home directory");
    assertThat(Refused.with(ErrorCode.PRECONDITION_FAILED, session::connect).faults())
        .containsExactly("a common algorithm", "a home directory");
    assertThat(test.vault().lent()).isZero();
    assertThat(test.endpoint().tries()).isZero();
  }

  @Test
  @Rule({"INJ-3", "INJ-5"})
  void connect_toAHostThatNothingIsKnownOf_isRefusedBeforeASecretIsFetched() {
    Scene scene = Scene.open(test);
    scene.catalog().forgetHostKeys(ORDERS);
    Session session = scene.available("maya");
    Refused.with(ErrorCode.HOST_KEY_UNKNOWN, session::connect);
    assertThat(test.vault().lent()).isZero();
  }

  @Test
  @Rule("INJ-3")
  void connect_byAConnectorWhoseHostsHaveNoKeys_asksForNone() {
    test.open(builder -> builder.connector(test.endpoint().keyless(), Settings.none()));
    Scene scene = Scene.open(test);
    scene
        .catalog()
        .save(
            JumpItem.reachedBy("keyless", "orders", "127.0.0.1", 22)
                .in(JumpGroupId.of("databases"))
                .terms(JumpPolicyId.of("terms"))
                .allowing(SessionPolicyId.of("tools"))
                .build());
    scene.catalog().forgetHostKeys(ORDERS);
    assertThat(scene.catalog().hostKeys(ORDERS)).isEmpty();
    assertThat(scene.catalog().item(ORDERS).orElseThrow().hostKeyTrust())
        .isEqualTo(HostKeyTrust.ENROLLED_ONLY);
    try (Connection live = scene.available("maya").connect()) {
      assertThat(live.run("id").output()).isEqualTo("id\n");
    }
  }

  @Test
  @Rule("INJ-5")
  void connect_toAHostWithAnotherKey_isRefusedWithBothFingerprints() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    HostKey known = test.endpoint().hostKey();
    HostKey other = HostKey.of("ssh-ed25519", new byte[] {9, 9, 9});
    test.endpoint().hostKey(other);
    assertThat(Refused.with(ErrorCode.HOST_KEY_CHANGED, session::connect))
        .hasMessageContaining(known.toString())
        .hasMessageContaining(other.toString());
    assertThat(test.endpoint().tries()).isZero();
    assertThat(session.status()).isEqualTo(SessionStatus.AVAILABLE);
  }

  @Test
  @Rule("INJ-5")
  void connect_whereFirstUseIsTrustedByName_enrolsTheKeyOnce() {
    Scene scene = Scene.open(test);
    scene.catalog().forgetHostKeys(ORDERS);
    scene.item(item -> item.hostKeyTrust(HostKeyTrust.TRUST_ON_FIRST_USE));
    Session session = scene.available("maya");
    session.connect().close();
    test.endpoint().hostKey(HostKey.of("ssh-ed25519", new byte[] {9, 9, 9}));
    Refused.with(ErrorCode.HOST_KEY_CHANGED, session::connect);
  }

  @Test
  @Rule("INJ-6")
  void connect_withAWrongPassword_triesItOnce() {
    Scene scene = Scene.open(test);
    test.endpoint().password("another");
    Session session = scene.available("maya");
    Refused.with(ErrorCode.LOGON_REFUSED, session::connect);
    assertThat(test.endpoint().tries()).isEqualTo(1);
    assertThat(test.endpoint().connections()).isZero();
  }

  @Test
  @Rule("INJ-6")
  void connect_withAPasswordThatWasRotatedMeanwhile_fetchesItOnceMore() {
    Scene scene = Scene.open(test);
    test.endpoint().password("rotated");
    test.endpoint().onRefusal(() -> test.vault().put("orders", "app", "rotated"));
    Session session = scene.available("maya");
    session.connect().close();
    assertThat(test.endpoint().tries()).isEqualTo(2);
    session.end();
    assertThat(test.vault().out()).isEmpty();
  }

  @Test
  @Rule("INJ-6")
  void connect_withAPasswordThatIsWrongAgain_neverTriesAThirdTime() {
    Scene scene = Scene.open(test);
    test.endpoint().password("right");
    int[] turn = {0};
    test.endpoint().onRefusal(() -> test.vault().put("orders", "app", "wrong" + turn[0]++));
    Session session = scene.available("maya");
    Refused.with(ErrorCode.LOGON_REFUSED, session::connect);
    assertThat(test.endpoint().tries()).isEqualTo(2);
    session.end();
    assertThat(test.vault().out()).isEmpty();
  }

  @Test
  @Rule("LOG-2")
  void connect_whereNoCredentialFits_demandsThatOneIsTyped() {
    Scene scene = Scene.open(test);
    test.vault().remove("orders");
    Session session = scene.available("maya");
    assertThat(session.candidates("").found()).isEmpty();
    Refused.with(ErrorCode.CREDENTIAL_REQUIRED, session::connect);
    Secret secret = secret("s3cret-of-orders");
    session.connect(typed(secret)).close();
    assertWiped(secret);
    assertThat(test.vault().lent()).isZero();
  }

  @Test
  @Rule("LOG-2")
  void connect_whereSeveralCredentialsFit_demandsAChoice() {
    Scene scene = Scene.open(test);
    test.vault().put("orders-2", "app", "s3cret-of-orders");
    Session session = scene.available("maya");
    assertThat(Refused.with(ErrorCode.CREDENTIAL_CHOICE_REQUIRED, session::connect))
        .hasMessageContaining("orders-2");
    assertThat(test.vault().lent()).isZero();
    session.connect(session.candidates("").found().get(1).id()).close();
    assertThat(test.vault().out()).containsValue("orders-2");
    Refused.with(
        ErrorCode.CREDENTIAL_NOT_A_CANDIDATE,
        () -> session.connect(new CandidateId("site", "somebody-elses")));
  }

  @Test
  @Rule({"LOG-2", "LOG-4"})
  void connect_withATypedCredentialWherePolicyForbidsIt_isRefusedAndTheSecretWiped() {
    Scene scene = Scene.of(test, terms -> terms.withoutTyping(), item -> item);
    Session session = scene.available("maya");
    Secret secret = secret("mine");
    Refused.with(ErrorCode.TYPING_FORBIDDEN, () -> session.connect(typed(secret)));
    assertWiped(secret);
    assertThat(test.endpoint().tries()).isZero();
  }

  @Test
  @Rule("LOG-2")
  void start_whereNoCredentialFitsAndTypingIsForbidden_fails() {
    Scene scene = Scene.of(test, terms -> terms.withoutTyping(), item -> item);
    test.vault().remove("orders");
    Session session = scene.ask("maya");
    assertThat(
            Refused.with(
                ErrorCode.SESSION_ENDED, () -> session.awaitAvailable(Duration.ofSeconds(60))))
        .hasMessageContaining("the policy forbids typing");
  }

  @Test
  @Rule("LOG-4")
  void aTypedSecret_isWipedWhateverComesOfIt() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session = scene.ask("maya");
    Secret early = secret("early");
    Refused.with(ErrorCode.SESSION_NOT_AVAILABLE, () -> session.connect(typed(early)));
    assertWiped(early);
    scene.approve("noor", scene.request(session));
    session.awaitAvailable(Duration.ofSeconds(60));
    Secret others = secret("others");
    Refused.with(
        ErrorCode.NOT_PERMITTED,
        () -> test.as("adam").sessions().find(session.id()).connect(typed(others)));
    assertWiped(others);
    Secret unseen = secret("unseen");
    Refused.with(
        ErrorCode.SESSION_NOT_FOUND,
        () -> test.as("kim").sessions().find(session.id()).connect(typed(unseen)));
    unseen.close();
    Secret wrong = secret("wrong");
    Refused.with(ErrorCode.LOGON_REFUSED, () -> session.connect(typed(wrong)));
    assertWiped(wrong);
    assertThat(test.endpoint().tries()).isEqualTo(1);
    test.people().down(true);
    Secret down = secret("down");
    Refused.with(ErrorCode.DIRECTORY_UNAVAILABLE, () -> session.connect(typed(down)));
    assertWiped(down);
    test.people().down(false);
  }

  @Test
  @Rule("SES-15")
  void connect_thatIsRefused_isWrittenDown() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    test.endpoint().lacks("everything");
    Refused.with(ErrorCode.PRECONDITION_FAILED, session::connect);
    assertThat(
            test.as("adam")
                .audit()
                .list(AuditQuery.all().action("session.connect.refused"), PageRequest.first())
                .only()
                .why())
        .isEqualTo("PRECONDITION_FAILED");
  }

  @Test
  void connect_ofAnItemThatWasDisabledMeanwhile_isRefused() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    scene.item(item -> item.disabled(true));
    Refused.with(ErrorCode.JUMP_ITEM_DISABLED, session::connect);
    assertThat(test.vault().lent()).isZero();
  }

  @Test
  @Rule("INJ-6")
  void connect_withACredentialThatWasRefused_isNotTriedAgainInTheSameSession() {
    Scene scene = Scene.open(test);
    test.endpoint().password("another");
    Session session = scene.available("maya");
    Refused.with(ErrorCode.LOGON_REFUSED, session::connect);
    int lent = test.vault().lent();
    assertThat(Refused.with(ErrorCode.LOGON_REFUSED, session::connect))
        .hasMessageContaining("was refused before");
    assertThat(test.endpoint().tries()).isEqualTo(1);
    assertThat(test.vault().lent()).isEqualTo(lent);
    test.vault().put("orders-2", "app", "another");
    session.connect(new CandidateId("site", "orders-2")).close();
    test.endpoint().password("s3cret-of-orders");
    scene.available("maya").connect(new CandidateId("site", "orders")).close();
  }

  @Test
  @Rule("INJ-6")
  void connect_byManyAtOnce_triesAWrongPasswordOnce() {
    Scene scene = Scene.open(test);
    test.endpoint().password("another");
    Session session = scene.available("maya");
    try (Race race = new Race()) {
      race.run(List.of(session::connect, session::connect, session::connect));
    }
    assertThat(test.endpoint().tries()).isEqualTo(1);
  }
}
