package io.postern.core.approval;

import static io.postern.core.Scene.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.approval.AccessRequest;
import io.postern.approval.DecisionToken;
import io.postern.approval.EmailedDecision;
import io.postern.approval.RequestId;
import io.postern.approval.RequestStatus;
import io.postern.core.Awaiting;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.ApprovalTerms.Scope;
import io.postern.jump.Approver;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpPolicy.Demand;
import io.postern.jump.Terms;
import io.postern.notice.Notice;
import io.postern.person.Person;
import io.postern.session.EndReason;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import io.postern.spi.notifier.Notifier.Delivery;
import io.postern.testing.Rule;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may decide, how, and what comes of it. */
abstract class DecidingContract {
  @RegisterExtension final PosternUnderTest test;

  DecidingContract(PosternUnderTest test) {
    this.test = test;
  }

  private Scene by(ApprovalTerms terms) {
    return Scene.of(test, policy -> policy.approval(terms), item -> item);
  }

  /** The newest notice delivered to an address; what was delivered before is passed over. */
  private Delivery delivered(String email) {
    Delivery[] found = new Delivery[1];
    Awaiting.until(
        "a notice to " + email,
        () -> {
          test.sweep();
          Delivery next = test.deliveries().poll();
          if (next != null && next.email().equals(email)) {
            found[0] = next;
          }
          return found[0] != null;
        });
    return found[0];
  }

  /** All that is delivered until each of these addresses has something, and a sweep longer. */
  private List<Delivery> deliveredUntil(String... emails) {
    List<Delivery> all = new ArrayList<>();
    Awaiting.until(
        "notices to " + List.of(emails),
        () -> {
          boolean had = all.stream().map(Delivery::email).toList().containsAll(List.of(emails));
          test.sweep();
          test.deliveries().drainTo(all);
          return had;
        });
    return all;
  }

  private static DecisionToken token(List<Delivery> deliveries, String email) {
    return deliveries.stream()
        .filter(delivery -> delivery.email().equals(email))
        .flatMap(delivery -> delivery.decision().stream())
        .findFirst()
        .orElseThrow();
  }

  @Test
  @Rule("REQ-1")
  void approve_byANamedPersonOrAMemberOfAGroup_isTheirsToDecideOnly() {
    test.people().add(Person.named("ines", "Ines Roca").email("ines@example.org"));
    Scene scene = by(ApprovalTerms.by(Approver.person("ines"), Approver.group("approvers")));
    RequestId first = scene.request(scene.ask("maya"));
    RequestId second = scene.request(scene.ask("maya"));
    assertThat(test.as("ines").approvals().toDecide(PageRequest.first())).hasSize(2);
    assertThat(scene.approve("ines", first).status()).isEqualTo(RequestStatus.APPROVED);
    assertThat(scene.approve("omar", second).status()).isEqualTo(RequestStatus.APPROVED);
    assertThat(test.as("ines").approvals().toDecide(PageRequest.first())).isEmpty();
    RequestId third = scene.request(scene.ask("maya"));
    Refused.with(ErrorCode.REQUEST_NOT_FOUND, () -> scene.approve("kim", third));
    Refused.with(ErrorCode.REQUEST_NOT_FOUND, () -> scene.approve("adam", third));
    Refused.with(ErrorCode.NOT_AN_APPROVER, () -> scene.approve("maya", third));
  }

  @Test
  @Rule({"REQ-1", "REQ-5"})
  void decide_withTheTokenOfADeliveredNotice_isGoodForOneDecision() {
    Scene scene = by(ApprovalTerms.by(Approver.email("Boss@partner.example")));
    Session session = scene.ask("maya");
    EmailedDecision decision =
        test.postern().emailedDecision(delivered("Boss@partner.example").decision().orElseThrow());
    assertThat(decision.request().reason()).isEqualTo("INC-1");
    assertThat(decision.approve("fine").status()).isEqualTo(RequestStatus.APPROVED);
    session.awaitAvailable(Duration.ofSeconds(60));
    Refused.with(ErrorCode.DECISION_TOKEN_INVALID, () -> decision.deny("no, wait"));
    Refused.with(ErrorCode.DECISION_TOKEN_INVALID, decision::request);
    Refused.with(
        ErrorCode.DECISION_TOKEN_INVALID,
        () -> test.postern().emailedDecision(new DecisionToken("made up")));
  }

  @Test
  @Rule({"REQ-5", "REQ-11"})
  void toDecide_hasNothingThatOneDecidedByALinkToOnesAddress() {
    Scene scene =
        by(
            ApprovalTerms.by(Approver.email("Noor@example.org"), Approver.group("approvers"))
                .needing(2));
    RequestId request = scene.request(scene.ask("maya"));
    DecisionToken link =
        token(deliveredUntil("Noor@example.org", "omar@example.org"), "Noor@example.org");
    assertThat(test.as("noor").approvals().toDecide(PageRequest.first())).hasSize(1);
    test.postern().emailedDecision(link).approve("by mail");
    assertThat(test.as("noor").approvals().toDecide(PageRequest.first())).isEmpty();
    assertThat(test.as("omar").approvals().toDecide(PageRequest.first())).hasSize(1);
    Refused.with(ErrorCode.ALREADY_DECIDED, () -> scene.approve("noor", request));
  }

  @Test
  @Rule("REQ-5")
  void decide_byALinkOfSomebodyWhoLeftTheApprovers_isRefused() {
    Scene scene = by(ApprovalTerms.by(Approver.group("approvers")));
    RequestId request = scene.request(scene.ask("maya"));
    EmailedDecision decision =
        test.postern().emailedDecision(delivered("noor@example.org").decision().orElseThrow());
    test.people().add(Person.named("noor", "Noor Aziz").email("noor@example.org"));
    Refused.with(ErrorCode.DECISION_TOKEN_INVALID, () -> decision.approve("still me"));
    assertThat(test.as("maya").approvals().find(request).status()).isEqualTo(RequestStatus.PENDING);
  }

  @Test
  @Rule("REQ-2")
  void terms_beforeAsking_nameThePolicyItsApproversAndToWhomAnApprovalApplies() {
    Scene.of(
        test,
        policy ->
            policy
                .name("Production")
                .description("Ask first")
                .approval(
                    ApprovalTerms.by(Approver.person("noor"), Approver.group("approvers"))
                        .forAnyonePermitted()),
        item -> item);
    Terms terms = test.as("maya").jumpItems().terms(ORDERS);
    assertThat(terms.policyName()).isEqualTo("Production");
    assertThat(terms.description()).isEqualTo("Ask first");
    assertThat(terms.approvers())
        .containsExactlyInAnyOrder("Noor Aziz", "any member of group 'approvers'");
    assertThat(terms.scope()).contains(Scope.ANYONE_PERMITTED);
  }

  @Test
  @Rule("REQ-3")
  void ask_withSeveralThingsMissing_namesAllAtOnce() {
    Scene.of(
        test,
        policy ->
            policy
                .reason(Demand.MANDATORY)
                .ticket(Demand.MANDATORY)
                .duration(Duration.ofHours(1), Duration.ofHours(2)),
        item -> item);
    List<String> faults =
        Refused.with(
                ErrorCode.ASK_INVALID,
                () ->
                    test.as("maya")
                        .sessions()
                        .start(
                            ORDERS,
                            ask ->
                                ask.lasting(Duration.ofHours(3))
                                    .startingAt(test.clock().instant().minusSeconds(1))))
            .faults();
    assertThat(faults)
        .satisfiesExactlyInAnyOrder(
            fault -> assertThat(fault).contains("reason is missing"),
            fault -> assertThat(fault).contains("ticket number is missing"),
            fault -> assertThat(fault).contains("PT3H").contains("PT2H"),
            fault -> assertThat(fault).contains("is past"));
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofHours(-1), Duration.ofNanos(1))) {
      assertThat(
              Refused.with(
                      ErrorCode.ASK_INVALID,
                      () -> test.as("maya").sessions().start(ORDERS, a -> a.lasting(wrong)))
                  .faults())
          .hasSize(3);
    }
  }

  @Test
  @Rule("REQ-3")
  void ask_withoutADuration_hasThePolicysAndWhatIsNotAskedForIsRefused() {
    Scene.of(
        test,
        policy -> policy.reason(Demand.NONE).duration(Duration.ofMinutes(20), Duration.ofHours(2)),
        item -> item);
    Session session = test.as("maya").sessions().start(ORDERS, ask -> ask);
    assertThat(session.detail().duration()).isEqualTo(Duration.ofMinutes(20));
    Refused.with(
        ErrorCode.ASK_INVALID,
        () -> test.as("maya").sessions().start(ORDERS, ask -> ask.reason("why not")));
  }

  @Test
  @Rule("REQ-3")
  void ask_inALanguage_isWrittenOfInIt() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session =
        test.as("maya")
            .sessions()
            .start(ORDERS, ask -> ask.reason("INC-1").language(Locale.GERMANY));
    RequestId request = scene.request(session);
    assertThat(test.as("maya").approvals().find(request).language()).isEqualTo(Locale.GERMANY);
    scene.approve("noor", request);
    assertThat(deliveredUntil("noor@example.org", "omar@example.org", "maya@example.org"))
        .extracting(Delivery::language)
        .containsOnly(Locale.GERMANY);
  }

  @Test
  @Rule("REQ-6")
  void comment_ofTheApprover_isSeenByTheRequesterBeforeTheSessionBegins() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session = scene.ask("maya");
    test.as("noor").approvals().approve(scene.request(session), "mind the replica");
    session.awaitAvailable(Duration.ofSeconds(60));
    assertThat(session.status()).isEqualTo(SessionStatus.AVAILABLE);
    assertThat(test.as("maya").approvals().find(scene.request(session)).comment())
        .isEqualTo("mind the replica");
    assertThat(onItem("maya")).containsExactly(RequestStatus.APPROVED + " mind the replica");
    assertThat(test.as("maya").inbox().list(PageRequest.first()))
        .anySatisfy(
            notice -> {
              assertThat(notice.kind()).isEqualTo(Notice.Kind.REQUEST_APPROVED);
              assertThat(notice.text()).contains("mind the replica");
            });
    Session other = scene.ask("kim");
    test.as("omar").approvals().deny(scene.request(other), "not on a Sunday");
    SessionState.Ended ended = (SessionState.Ended) other.detail().state();
    assertThat(ended.detail()).isEqualTo("not on a Sunday");
    assertThat(ended.reason()).isEqualTo(EndReason.DENIED);
    assertThat(onItem("kim")).containsExactly(RequestStatus.DENIED + " not on a Sunday");
  }

  @Test
  @Rule({"REQ-6", "REQ-7"})
  void outcome_ofWhatIsRevokedOrExpires_isOnTheItemForItsRequester() {
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    RequestId request = scene.request(scene.approved("maya"));
    test.as("kim").approvals().cancel(request, "the window moved");
    assertThat(onItem("maya")).containsExactly(RequestStatus.REVOKED + " the window moved");
    assertThat(test.as("maya").jumpItems().detail(ORDERS).requests().toString())
        .doesNotContain("noor", "kim");
    assertThat(onItem("kim")).isEmpty();
    scene.ask("maya");
    test.clock().advance(Duration.ofDays(30));
    Awaiting.until(
        "it expires",
        () -> {
          test.sweep();
          return onItem("maya").equals(List.of(RequestStatus.EXPIRED + " "));
        });
  }

  private List<String> onItem(String person) {
    return test.as(person).jumpItems().detail(ORDERS).requests().stream()
        .map(request -> request.status() + " " + request.comment())
        .toList();
  }

  @Test
  @Rule("REQ-8")
  void approval_startsNothingByItselfUnlessThatWasAskedFor() {
    Scene scene = Scene.asking(test, terms -> terms);
    assertThat(scene.approved("maya").status()).isEqualTo(SessionStatus.AVAILABLE);
    Session byItself =
        test.as("kim").sessions().start(ORDERS, ask -> ask.reason("x").startWhenApproved());
    scene.approve("noor", scene.request(byItself));
    Awaiting.until("it begins", () -> byItself.status() == SessionStatus.ACTIVE);
    assertThat(((SessionState.Active) byItself.detail().state()).until())
        .isEqualTo(test.clock().instant().plus(Duration.ofHours(1)));
  }

  @Test
  @Rule("REQ-9")
  void approval_forTheRequesterOnly_isNobodyElsesToUseOrCancel() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session = scene.approved("maya");
    assertThat(scene.ask("kim").status()).isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);
    RequestId request = scene.request(session);
    assertThat(
            Refused.with(
                ErrorCode.NOT_PERMITTED, () -> test.as("kim").approvals().cancel(request, "")))
        .hasMessageContaining("applies to its requester only")
        .hasMessageContaining("ask for an approval of your own");
    Refused.with(ErrorCode.REQUEST_NOT_FOUND, () -> test.as("kim").approvals().find(request));
    assertThat(test.as("maya").approvals().cancel(request, "done").status())
        .isEqualTo(RequestStatus.REVOKED);
  }

  @Test
  @Rule("REQ-9")
  void approval_forAnyonePermitted_isTheirsToUseAndToCancel() {
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    RequestId request = scene.request(scene.approved("maya"));
    Session own = scene.available("kim");
    assertThat(own.detail().request()).contains(request);
    Refused.with(
        ErrorCode.NOT_PERMITTED, () -> test.as("noor").approvals().cancel(request, "mine"));
    assertThat(test.as("kim").approvals().cancel(request, "done").status())
        .isEqualTo(RequestStatus.REVOKED);
    Awaiting.until("it ends", () -> own.status() == SessionStatus.ENDED);
  }

  @Test
  @Rule("REQ-9")
  void approval_forAnyonePermitted_isTheirsToCancelWhileTheItemCannotBeStarted() {
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    RequestId first = scene.request(scene.ask("maya"));
    scene.catalog().report(ORDERS, JumpItemStatus.OFFLINE);
    Refused.with(ErrorCode.JUMP_ITEM_OFFLINE, () -> scene.ask("kim"));
    assertThat(test.as("kim").approvals().find(first).status()).isEqualTo(RequestStatus.PENDING);
    assertThat(test.as("kim").approvals().cancel(first, "it is gone").status())
        .isEqualTo(RequestStatus.CANCELLED);
    scene.catalog().report(ORDERS, JumpItemStatus.ONLINE);
    RequestId second = scene.request(scene.approved("maya"));
    scene.item(item -> item.disabled(true));
    assertThat(test.as("kim").approvals().cancel(second, "it is off").status())
        .isEqualTo(RequestStatus.REVOKED);
  }

  @Test
  @Rule("REQ-9")
  void approval_forTheRequesterOnly_saysSoAlsoWhileTheItemCannotBeStarted() {
    Scene scene = Scene.asking(test, terms -> terms);
    RequestId request = scene.request(scene.ask("maya"));
    scene.catalog().report(ORDERS, JumpItemStatus.OFFLINE);
    assertThat(
            Refused.with(
                ErrorCode.NOT_PERMITTED, () -> test.as("kim").approvals().cancel(request, "")))
        .hasMessageContaining("applies to its requester only");
    test.people().add(Person.named("ines", "Ines Roca"));
    Refused.with(
        ErrorCode.REQUEST_NOT_FOUND, () -> test.as("ines").approvals().cancel(request, ""));
  }

  @Test
  @Rule("REQ-11")
  void selfApproval_isRefused_byIdByAddressAndInTwoRoles() {
    test.people()
        .add(
            Person.named("maya", "Maya Ito")
                .email("Maya@Example.org")
                .memberOf("ops")
                .memberOf("approvers"));
    Scene scene =
        by(
            ApprovalTerms.by(
                Approver.person("maya"),
                Approver.group("approvers"),
                Approver.email("maya@example.org"),
                Approver.email("new@example.org")));
    RequestId request = scene.request(scene.ask("maya"));
    assertThat(test.as("maya").approvals().toDecide(PageRequest.first())).isEmpty();
    Refused.with(ErrorCode.SELF_APPROVAL, () -> scene.approve("maya", request));
    Refused.with(ErrorCode.SELF_APPROVAL, () -> test.as("maya").approvals().deny(request, "hm"));
    List<Delivery> all = deliveredUntil("noor@example.org", "omar@example.org", "new@example.org");
    assertThat(all).extracting(Delivery::email).noneMatch("maya@example.org"::equalsIgnoreCase);
    EmailedDecision link = test.postern().emailedDecision(token(all, "new@example.org"));
    test.people().add(Person.named("maya", "Maya Ito").email("new@example.org").memberOf("ops"));
    Refused.with(ErrorCode.SELF_APPROVAL, () -> link.approve("it is me"));
    assertThat(test.as("maya").approvals().find(request).status()).isEqualTo(RequestStatus.PENDING);
  }

  @Test
  @Rule("REQ-11")
  void twoRolesOfOnePerson_countOnce() {
    Scene scene =
        by(
            ApprovalTerms.by(
                    Approver.person("noor"),
                    Approver.group("approvers"),
                    Approver.email("NOOR@example.org"))
                .needing(2));
    RequestId request = scene.request(scene.ask("maya"));
    EmailedDecision link =
        test.postern().emailedDecision(delivered("NOOR@example.org").decision().orElseThrow());
    assertThat(scene.approve("noor", request).status()).isEqualTo(RequestStatus.PENDING);
    Refused.with(ErrorCode.ALREADY_DECIDED, () -> scene.approve("noor", request));
    Refused.with(ErrorCode.ALREADY_DECIDED, () -> link.approve("again"));
    assertThat(scene.approve("omar", request).status()).isEqualTo(RequestStatus.APPROVED);
  }

  @Test
  @Rule("REQ-11")
  void selfApproval_isPossibleWhereThePolicySaysSo() {
    Scene scene = by(ApprovalTerms.by(Approver.person("maya")).allowingSelfApproval());
    Session session = scene.ask("maya");
    assertThat(scene.approve("maya", scene.request(session)).status())
        .isEqualTo(RequestStatus.APPROVED);
  }

  @Test
  @Rule({"REQ-11", "VIS-3"})
  void technicalPersons_ask_andNeverDecide() {
    test.people()
        .add(Person.named("robot", "Robot").technical().memberOf("ops").memberOf("approvers"));
    Scene scene = Scene.asking(test, terms -> terms);
    RequestId request = scene.request(scene.ask("maya"));
    assertThat(test.as("robot").approvals().toDecide(PageRequest.first())).isEmpty();
    Refused.with(ErrorCode.REQUEST_NOT_FOUND, () -> scene.approve("robot", request));
    assertThat(scene.ask("robot").status()).isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);
  }

  @Test
  @Rule("REQ-11")
  void selfApproval_writtenPastPostern_isRefusedByTheDatabase() throws SQLException {
    Scene scene = Scene.asking(test, terms -> terms);
    RequestId request = scene.request(scene.ask("maya"));
    try (Connection intruder = test.pastPostern();
        Statement statement = intruder.createStatement()) {
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "insert into decision (request, decider, requester, self_approval, email,"
                          + " approved, comment, decided_at) values ('"
                          + request
                          + "', 'maya', 'maya', 0, '', 1, '', 0)"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("decision_not_by_requester");
    }
  }

  @Test
  @Rule("REQ-12")
  void aRequestThatNobodyDecides_expires_alsoBeforeASweepHasSeenIt() {
    Scene scene = Scene.asking(test, terms -> terms.decidedWithin(Duration.ofHours(1)));
    Session session = scene.ask("maya");
    RequestId request = scene.request(session);
    test.clock().advance(Duration.ofHours(1));
    Refused.with(ErrorCode.REQUEST_EXPIRED, () -> scene.approve("noor", request));
    Refused.with(ErrorCode.REQUEST_EXPIRED, () -> test.as("maya").approvals().cancel(request, ""));
    assertThat(test.as("maya").approvals().find(request).status()).isEqualTo(RequestStatus.EXPIRED);
    test.sweep();
    assertThat(session.detail().state())
        .isInstanceOfSatisfying(
            SessionState.Ended.class,
            ended -> assertThat(ended.reason()).isEqualTo(EndReason.EXPIRED));
    Refused.with(ErrorCode.REQUEST_EXPIRED, () -> scene.approve("noor", request));
  }

  @Test
  @Rule("REQ-12")
  void aRequestForATime_expiresWhenThatTimeIsOver() {
    Scene scene = Scene.asking(test, terms -> terms);
    RequestId request =
        scene.request(
            test.as("maya")
                .sessions()
                .start(
                    ORDERS,
                    ask ->
                        ask.startingAt(test.clock().instant().plusSeconds(60))
                            .lasting(Duration.ofMinutes(30))));
    test.clock().advance(Duration.ofMinutes(31));
    Refused.with(ErrorCode.REQUEST_EXPIRED, () -> scene.approve("noor", request));
  }

  @Test
  @Rule("REQ-15")
  void anApprovalThatWaited_lastsAsLongAsWasAskedForFromItsFirstUse() {
    Scene scene = Scene.asking(test, terms -> terms.usedWithin(Duration.ofHours(8)));
    Session session = scene.approved("maya");
    test.clock().advance(Duration.ofHours(7));
    session.connect();
    test.clock().advance(Duration.ofHours(2).minusSeconds(1));
    test.sweep();
    assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
    test.clock().advance(Duration.ofSeconds(1));
    Refused.with(ErrorCode.SESSION_ENDED, session::connect);
  }

  @Test
  @Rule({"REQ-12", "REQ-15"})
  void anApprovalThatNobodyUses_lapses() {
    Scene scene = Scene.asking(test, terms -> terms.usedWithin(Duration.ofHours(1)));
    Session session = scene.approved("maya");
    test.clock().advance(Duration.ofHours(1));
    Refused.with(ErrorCode.SESSION_ENDED, session::connect);
    test.clock().advance(Duration.ofHours(2));
    test.sweep();
    Awaiting.until("it ends", () -> session.status() == SessionStatus.ENDED);
    assertThat(test.as("maya").approvals().find(scene.request(session)).status())
        .isEqualTo(RequestStatus.EXPIRED);
    assertThat(scene.ask("maya").status()).isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);
  }

  @Test
  @Rule("REQ-13")
  void aDecisionRepeated_changesNothing() {
    Scene scene = Scene.asking(test, terms -> terms);
    RequestId request = scene.request(scene.ask("maya"));
    scene.approve("noor", request);
    Refused.with(ErrorCode.ALREADY_DECIDED, () -> scene.approve("noor", request));
    Refused.with(ErrorCode.ALREADY_DECIDED, () -> test.as("omar").approvals().deny(request, "no"));
    assertThat(test.as("noor").approvals().decisions(request)).hasSize(1);
  }

  @Test
  @Rule("REQ-19")
  void asText_holdsWhatATicketNeedsAndNoDecider() {
    Scene scene = Scene.asking(test, terms -> terms);
    RequestId request = scene.request(scene.ask("maya"));
    scene.approve("noor", request);
    AccessRequest seen = test.as("maya").approvals().find(request);
    assertThat(seen.asText())
        .contains("Requester: Maya Ito (maya)", "Reason: INC-1", "Status: approved", "go ahead")
        .doesNotContain("noor")
        .doesNotContain("Noor");
  }

  @Test
  void theDirectoryFailing_afterADecision_doesNotMakeItLookUndone() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session = scene.ask("maya");
    RequestId request = scene.request(session);
    test.people().down(true);
    Refused.with(ErrorCode.DIRECTORY_UNAVAILABLE, () -> scene.approve("noor", request));
    test.people().down(false);
    assertThat(test.as("maya").approvals().find(request).status()).isEqualTo(RequestStatus.PENDING);
    assertThat(scene.approve("noor", request).status()).isEqualTo(RequestStatus.APPROVED);
  }

  @Test
  @Rule("SES-6")
  void endingASessionThatWaits_takesItsRequestBack() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session = scene.ask("maya");
    RequestId request = scene.request(session);
    session.end();
    assertThat(session.status()).isEqualTo(SessionStatus.ENDED);
    Refused.with(ErrorCode.REQUEST_CANCELLED, () -> scene.approve("noor", request));
    assertThat(test.as("noor").approvals().toDecide(PageRequest.first())).isEmpty();
  }
}
