package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.audit.AuditEntry;
import io.postern.audit.AuditQuery;
import io.postern.core.Awaiting;
import io.postern.core.Barrier;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.core.Threads;
import io.postern.core.fake.Recipient;
import io.postern.core.fake.Recipient.Holding;
import io.postern.credential.CandidateId;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.jump.JumpItem;
import io.postern.jump.SessionPolicy;
import io.postern.session.Session;
import io.postern.session.SessionStatus;
import io.postern.session.Tool;
import io.postern.testing.Rule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Credentials that are handed to something else than a connection. */
abstract class InjectingContract {
  @RegisterExtension final PosternUnderTest test;
  private final Recipient recipient = new Recipient();

  InjectingContract(PosternUnderTest test) {
    this.test = test;
  }

  private Scene allowed(UnaryOperator<JumpItem.Builder> item) {
    Scene scene = Scene.of(test, terms -> terms, item);
    scene.catalog().save(SessionPolicy.named("tools").allow(Tool.INJECTION, Tool.COMMANDS));
    return scene;
  }

  private Scene allowed() {
    return allowed(item -> item);
  }

  private static Credential typed(String password) {
    return Credential.password("app", Secret.takeFrom(password.getBytes(StandardCharsets.UTF_8)));
  }

  private AuditEntry audited(String action) {
    return test.as("adam")
        .audit()
        .list(AuditQuery.all().action(action), PageRequest.first())
        .only();
  }

  @Test
  @Rule({"INJ-1", "INJ-4"})
  void inject_theOnlyCredentialThatFits_handsItOver_andIsWrittenDownByItsId() {
    Session session = allowed().available("maya");
    Holding holding = session.inject(recipient);
    holding.use();
    assertThat(holding.credential().username()).isEqualTo("app");
    assertThat(holding.endpoint().host()).isEqualTo("127.0.0.1");
    assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
    AuditEntry entry = audited("session.injected");
    assertThat(entry.actor()).isEqualTo("maya");
    assertThat(entry.details())
        .containsEntry("credential", "site/orders")
        .containsEntry("target", "recipient");
    assertThat(test.vault().out()).containsValue("orders");
    assertThat(session.report().acts()).anyMatch(act -> act.what().equals("session.injected"));
  }

  @Test
  @Rule("TOOL-1")
  void inject_whereNoPolicyAllowsIt_isRefusedBeforeASecretIsFetched_andWrittenDown() {
    Session session = Scene.open(test).available("maya");
    Refused.with(ErrorCode.TOOL_NOT_ALLOWED, () -> session.inject(recipient));
    assertThat(test.vault().lent()).isZero();
    assertThat(recipient.tries).hasValue(0);
    assertThat(session.status()).isEqualTo(SessionStatus.AVAILABLE);
    assertThat(audited("session.inject.refused").why()).isEqualTo("TOOL_NOT_ALLOWED");
  }

  @Test
  @Rule("INJ-3")
  void inject_whereSomethingIsMissing_namesAllOfItBeforeASecretIsFetched() {
    Session session = allowed().available("maya");
    recipient.missing = List.of("a driver", "a port");
    assertThat(
            Refused.with(ErrorCode.PRECONDITION_FAILED, () -> session.inject(recipient)).faults())
        .containsExactly("a driver", "a port");
    assertThat(test.vault().lent()).isZero();
  }

  @Test
  @Rule({"INJ-3", "INJ-4"})
  void inject_offersAndTakesOnlyKindsThatTheTargetAccepts() {
    Session session = allowed().available("maya");
    recipient.accepts = Set.of(CredentialKind.TOKEN);
    assertThat(session.candidates(recipient).found()).isEmpty();
    assertThat(session.candidates().found()).hasSize(1);
    Refused.with(ErrorCode.CREDENTIAL_REQUIRED, () -> session.inject(recipient));
    Refused.with(
        ErrorCode.PRECONDITION_FAILED,
        () -> session.inject(recipient, new CandidateId("site", "orders")));
    Refused.with(
        ErrorCode.PRECONDITION_FAILED, () -> session.inject(recipient, typed("s3cret-of-orders")));
    assertThat(test.vault().lent()).isZero();
    assertThat(recipient.tries).hasValue(0);
  }

  @Test
  @Rule({"INJ-4", "LOG-2"})
  void inject_whereSeveralFit_demandsAChoice_andOnlyAmongThem() {
    Session session = allowed().available("maya");
    test.vault().put("orders-2", "app", "s3cret-of-orders");
    Refused.with(ErrorCode.CREDENTIAL_CHOICE_REQUIRED, () -> session.inject(recipient));
    Refused.with(
        ErrorCode.CREDENTIAL_NOT_A_CANDIDATE,
        () -> session.inject(recipient, new CandidateId("site", "somebody-elses")));
    session.inject(recipient, new CandidateId("site", "orders-2")).use();
    assertThat(test.vault().out()).containsValue("orders-2");
  }

  @Test
  @Rule("LOG-4")
  void inject_whatWasTyped_isUsedAndWiped_andForbiddenWhereThePolicySaysSo() {
    Scene scene = allowed();
    Credential typed = typed("s3cret-of-orders");
    Session session = scene.available("maya");
    session.inject(recipient, typed).use();
    assertThat(typed.secrets().get(0).isClosed()).isTrue();
    assertThat(test.vault().lent()).isZero();
    session.end();
    assertThat(recipient.held.get(0).credential().secrets().get(0).isClosed()).isTrue();
    scene.terms(terms -> terms.withoutTyping());
    Credential forbidden = typed("s3cret-of-orders");
    Session other = scene.available("maya");
    Refused.with(ErrorCode.TYPING_FORBIDDEN, () -> other.inject(recipient, forbidden));
    assertThat(forbidden.secrets().get(0).isClosed()).isTrue();
    Credential others = typed("s3cret-of-orders");
    Refused.with(
        ErrorCode.NOT_PERMITTED,
        () -> test.as("adam").sessions().find(other.id()).inject(recipient, others));
    assertThat(others.secrets().get(0).isClosed()).isTrue();
  }

  @Test
  void theEndOfASession_closesWhatWasInjected_beforeTheCredentialIsGivenBack() {
    Session session = allowed().available("maya");
    Holding holding = session.inject(recipient);
    boolean[] closedFirst = {false};
    test.vault().onRelease(() -> closedFirst[0] = holding.closed);
    session.end();
    assertThat(holding.closed).isTrue();
    assertThat(closedFirst[0]).isTrue();
    assertThat(test.vault().released()).containsExactly("orders");
    Refused.with(ErrorCode.SESSION_ENDED, holding::use);
  }

  @Test
  void expiryAndClosingPostern_closeWhatWasInjectedToo() {
    Scene scene = allowed();
    Holding expired = scene.available("maya").inject(recipient);
    test.clock().advance(Duration.ofHours(3));
    test.sweep();
    Awaiting.until("closed by expiry", () -> expired.closed);
    Holding shut = scene.available("maya").inject(recipient);
    test.restart();
    assertThat(shut.closed).isTrue();
  }

  @Test
  void eachUse_isJudgedAnew() {
    Scene scene = allowed();
    Session session = scene.available("maya");
    Holding holding = session.inject(recipient);
    Session seen = test.as("adam").sessions().find(session.id());
    seen.freeze("look at this");
    Refused.with(ErrorCode.SESSION_FROZEN, holding::use);
    seen.unfreeze();
    holding.use();
    scene.catalog().save(SessionPolicy.named("tools").deny(Tool.INJECTION));
    Refused.with(ErrorCode.TOOL_NOT_ALLOWED, holding::use);
    scene.catalog().save(SessionPolicy.named("tools").allow(Tool.INJECTION));
    holding.use();
  }

  @Test
  @Rule("SES-11")
  void whatWasInjected_isClosedOnceItIsNotAllowedAnyMore() {
    Scene scene = allowed();
    Session session = scene.available("maya");
    Holding holding = session.inject(recipient);
    test.clock().advance(Duration.ofSeconds(10));
    test.sweep();
    scene.catalog().save(SessionPolicy.named("tools").deny(Tool.INJECTION));
    test.clock().advance(Duration.ofSeconds(10));
    test.sweep();
    Awaiting.until("it is closed", () -> holding.closed);
    assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
  }

  @Test
  @Rule("INJ-6")
  void aCredentialThatTheTargetRefuses_isFetchedOnceMore_andTriedAgainOnlyIfItWasRotated() {
    Session session = allowed().available("maya");
    recipient.password = "rotated";
    Refused.with(ErrorCode.LOGON_REFUSED, () -> session.inject(recipient));
    assertThat(recipient.tries).hasValue(1);
    assertThat(test.vault().lent()).isEqualTo(2);
    Refused.with(ErrorCode.LOGON_REFUSED, () -> session.inject(recipient));
    assertThat(recipient.tries).hasValue(1);
  }

  @Test
  @Rule("INJ-6")
  void aCredentialThatWasRotatedWhileItWasTried_isTriedOnceMore() {
    Session session = allowed().available("maya");
    recipient.password = "rotated";
    recipient.meanwhile = () -> test.vault().put("orders", "app", "rotated");
    session.inject(recipient).use();
    assertThat(recipient.tries).hasValue(2);
  }

  @Test
  @Rule("INJ-6")
  void theSecondTry_isClosedWithTheSession_whateverTheFirstSaidOfItself() {
    Session session = allowed().available("maya");
    recipient.closesWhatItRefuses = true;
    recipient.password = "rotated";
    recipient.meanwhile = () -> test.vault().put("orders", "app", "rotated");
    Holding holding = session.inject(recipient);
    assertThat(recipient.tries).hasValue(2);
    session.end();
    assertThat(holding.closed).isTrue();
  }

  @Test
  void anItemOfAMethodWithoutConnector_isUsedByInjectionAlone() {
    allowed(item -> item);
    Scene scene = Scene.of(test, terms -> terms.withoutTyping(), item -> item);
    scene.catalog().save(SessionPolicy.named("tools").allow(Tool.INJECTION));
    scene
        .catalog()
        .save(
            JumpItem.reachedBy("https", "portal", "portal.example", 443)
                .in(scene.item("orders", item -> item).group().orElseThrow())
                .terms(scene.item("orders", item -> item).jumpPolicy().orElseThrow())
                .allowing(scene.item("orders", item -> item).sessionPolicy().orElseThrow())
                .build());
    Session session =
        test.as("maya")
            .sessions()
            .start(io.postern.jump.JumpItemId.of("portal"), ask -> ask.reason("INC-2"))
            .awaitAvailable(Duration.ofSeconds(60));
    assertThat(session.candidates().found()).hasSize(1);
    Refused.with(ErrorCode.PLUGIN_UNKNOWN, session::connect);
    session.inject(recipient).use();
    assertThat(recipient.held.get(0).endpoint().host()).isEqualTo("portal.example");
    scene.catalog().save(SessionPolicy.named("tools").allow(Tool.COMMANDS));
    Session useless =
        test.as("maya")
            .sessions()
            .start(io.postern.jump.JumpItemId.of("portal"), ask -> ask.reason("INC-3"));
    assertThat(
            Refused.with(
                ErrorCode.SESSION_ENDED, () -> useless.awaitAvailable(Duration.ofSeconds(60))))
        .hasMessageContaining("no connector for method 'https'");
  }

  @Test
  void whatIsClosedByItsUser_letsTheSessionGo() {
    Session session = allowed().available("maya");
    Holding holding = session.inject(recipient);
    holding.close();
    holding.close();
    assertThat(audited("session.disconnected").subject()).isEqualTo("session:" + session.id());
    assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
    session.inject(recipient).use();
  }

  @Test
  @Rule("INJ-1")
  void anInjectorThatBreaksItsContract_isNamedWithoutItsText_andItsCredentialWiped() {
    Session session = allowed().available("maya");
    recipient.meanwhile =
        () -> {
          throw new IllegalStateException("it is s3cret-of-orders");
        };
    assertThat(Refused.with(ErrorCode.PLUGIN_FAILED, () -> session.inject(recipient)))
        .hasMessageContaining("'recipient'")
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
    assertThat(session.status()).isEqualTo(SessionStatus.AVAILABLE);
  }

  @Test
  @Rule("INJ-6")
  void whileAnInjectorHangs_nobodyTriesItsCredential_norWaitsForEver() throws Exception {
    Session session = allowed().available("maya");
    Barrier hangs = new Barrier();
    recipient.meanwhile = hangs;
    Thread hanging = new Thread(() -> session.inject(recipient).close());
    hanging.start();
    Awaiting.until("it hangs", () -> recipient.tries.get() == 1);
    Recipient other = new Recipient();
    AtomicReference<PosternException> refusal = new AtomicReference<>();
    Thread second =
        new Thread(
            () -> refusal.set(Refused.with(ErrorCode.INTERRUPTED, () -> session.inject(other))));
    second.start();
    Awaiting.until("it waits for a while", () -> Threads.waitsIn(second, RefusedLogOns.class));
    second.interrupt();
    second.join();
    assertThat(refusal.get())
        .hasMessageContaining("injector 'recipient'")
        .hasMessageContaining("site/orders");
    assertThat(other.tries).hasValue(0);
    hangs.open();
    hanging.join();
    session.inject(other).use();
  }

  @Test
  @Rule("SES-12")
  void whatIsUnderWay_isHeldByAFrozenSession_withoutAskingTheDirectory() {
    Session session = allowed().available("maya");
    Holding holding = session.inject(recipient);
    Session seen = test.as("adam").sessions().find(session.id());
    seen.freeze("look at this");
    Refused.with(ErrorCode.SESSION_FROZEN, holding::pass);
    seen.unfreeze();
    test.people().down(true);
    Refused.with(ErrorCode.DIRECTORY_UNAVAILABLE, holding::use);
    holding.pass();
    test.people().down(false);
    session.end();
    Refused.with(ErrorCode.SESSION_ENDED, holding::pass);
  }

  @Test
  void anEndAtTheVeryMomentOfInjecting_closesWhatWasMade() {
    Session session = allowed().available("maya");
    recipient.meanwhile = session::end;
    Refused.with(ErrorCode.SESSION_ENDED, () -> session.inject(recipient));
    assertThat(recipient.held).hasSize(1).allMatch(holding -> holding.closed);
    assertThat(test.vault().out()).isEmpty();
  }
}
