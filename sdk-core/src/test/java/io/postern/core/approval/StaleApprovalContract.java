package io.postern.core.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.JumpPolicy;
import io.postern.person.Person;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionStatus;
import io.postern.testing.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An approval is for what was approved: this item, these terms, this long, and not for who gave it.
 */
abstract class StaleApprovalContract {
  @RegisterExtension final PosternUnderTest test;

  StaleApprovalContract(PosternUnderTest test) {
    this.test = test;
  }

  private Session ask(String person, Duration duration) {
    return test.as(person)
        .sessions()
        .start(Scene.ORDERS, ask -> ask.reason("INC-1").lasting(duration));
  }

  @Test
  @Rule("REQ-15")
  void anApproval_isForNoLongerThanWasAskedFor() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session first = ask("maya", Duration.ofMinutes(30));
    scene.approve("noor", scene.request(first));
    first.awaitAvailable(Duration.ofSeconds(60)).end();

    assertThat(ask("maya", Duration.ofHours(8)).status())
        .isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);
    Session second = ask("maya", Duration.ofMinutes(30));
    assertThat(second.detail().request()).isEqualTo(first.detail().request());
    Session third = test.as("maya").sessions().start(Scene.ORDERS, ask -> ask.reason("INC-1"));
    assertThat(third.detail().request()).isNotEqualTo(first.detail().request());
  }

  @Test
  @Rule({"REQ-9", "REQ-15"})
  void anApprovalForLonger_isUsed_alsoWhenAShorterOneIsNewer() {
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    Session longer = ask("maya", Duration.ofHours(2));
    Session shorter = ask("kim", Duration.ofMinutes(30));
    scene.approve("noor", scene.request(longer));
    test.clock().advance(Duration.ofMinutes(105));
    scene.approve("noor", scene.request(shorter));

    assertThat(ask("kim", Duration.ofMinutes(60)).detail().request())
        .isEqualTo(longer.detail().request());
    assertThat(ask("kim", Duration.ofMinutes(30)).detail().request())
        .isEqualTo(shorter.detail().request());
    assertThat(ask("kim", Duration.ofHours(3)).status())
        .isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);
  }

  @Test
  @Rule("REQ-11")
  void whoDecided_doesNotUseTheApproval() {
    test.people()
        .add(
            Person.named("noor", "Noor Aziz")
                .email("noor@example.org")
                .memberOf("approvers", "ops"));
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    Session asked = scene.ask("maya");
    scene.approve("noor", scene.request(asked));

    assertThat(scene.ask("noor").status()).isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);
    assertThat(scene.ask("kim").detail().request()).isEqualTo(asked.detail().request());
  }

  @Test
  void anItemThatLeadsElsewhere_needsANewApproval() {
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    Session approved = scene.approved("maya");
    scene.item(item -> item.at("127.0.0.2", 22));
    scene.catalog().enrolHostKey(Scene.ORDERS);

    Refused.with(ErrorCode.NOT_PERMITTED, approved::connect);
    assertThat(scene.ask("kim").status()).isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);
  }

  @Test
  void otherTerms_needANewApproval() {
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    scene.approved("maya");
    scene.terms(
        terms ->
            terms.approval(
                ApprovalTerms.by(Approver.group("approvers")).needing(2).forAnyonePermitted()));

    assertThat(scene.ask("kim").status()).isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);
  }

  @Test
  @Rule("RES-1")
  void extend_afterTheApprovalWasRevoked_isRefused() {
    Scene scene =
        Scene.of(
            test,
            terms ->
                terms
                    .extendable(2, Duration.ofHours(1))
                    .onRevocation(JumpPolicy.OnRevocation.CONTINUE)
                    .approval(ApprovalTerms.by(Approver.group("approvers"))),
            item -> item);
    Session session = scene.approved("maya");
    session.connect();
    session.extend(Duration.ofMinutes(30));
    test.as("maya").approvals().cancel(scene.request(session), "no more");

    assertThat(
            Refused.with(ErrorCode.EXTENSION_REFUSED, () -> session.extend(Duration.ofMinutes(30))))
        .hasMessageContaining("the approval does not reach further");
  }

  @Test
  @Rule("VIS-2")
  void aRightThatWasTakenAway_extendsNothingAndOpensNoTool() {
    Scene scene = Scene.of(test, terms -> terms.extendable(2, Duration.ofHours(1)), item -> item);
    Session session = scene.available("maya");
    Connection live = session.connect();
    test.people().add(Person.named("maya", "Maya Ito").email("maya@example.org"));

    Refused.with(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> session.extend(Duration.ofMinutes(5)));
    Refused.with(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> live.run("echo still here"));
  }

  @Test
  void cancel_withAnEndlessComment_isRefused() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session = scene.ask("maya");
    Refused.with(
        ErrorCode.INPUT_INVALID,
        () -> test.as("maya").approvals().cancel(scene.request(session), "x".repeat(2_001)));
    assertThat(session.status()).isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);
  }

  @Test
  @Rule("REQ-7")
  void whoRevoked_isNotShownToTheRequester() {
    test.people()
        .add(
            Person.named("noor", "Noor Aziz")
                .email("noor@example.org")
                .memberOf("approvers", "ops"));
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    Session session = scene.approved("maya");
    test.as("noor").approvals().cancel(scene.request(session), "stop");

    assertThat(session.report().toString()).doesNotContain("noor").doesNotContain("Noor");
  }
}
