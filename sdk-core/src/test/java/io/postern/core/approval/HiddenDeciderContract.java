package io.postern.core.approval;

import static io.postern.core.Scene.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.Access;
import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.approval.Decision;
import io.postern.approval.RequestId;
import io.postern.audit.AuditEntry;
import io.postern.audit.AuditQuery;
import io.postern.core.Awaiting;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.ApprovalTerms;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.recording.Recording;
import io.postern.session.Session;
import io.postern.session.SessionQuery;
import io.postern.session.SessionReport;
import io.postern.session.Shell;
import io.postern.spi.notifier.Notifier.Delivery;
import io.postern.testing.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The requester never learns who decided (rule REQ-7): every view they have is gone through, and
 * they are given every privilege to read with.
 */
abstract class HiddenDeciderContract {
  @RegisterExtension final PosternUnderTest test;

  HiddenDeciderContract(PosternUnderTest test) {
    this.test = test;
  }

  private void mayaMayReadEverything() {
    test.people()
        .add(
            Person.named("maya", "Maya Ito")
                .email("maya@example.org")
                .memberOf("ops")
                .with(Privilege.values()));
  }

  /** Everything that a person can look at, as texts. */
  private List<String> everythingSeenBy(String person, RequestId request, Session session) {
    Access access = test.as(person);
    List<String> seen = new ArrayList<>();
    seen.add(access.approvals().find(request).toString());
    seen.add(access.approvals().find(request).asText());
    access.approvals().mine(PageRequest.first()).forEach(one -> seen.add(one.toString()));
    access.approvals().toDecide(PageRequest.first()).forEach(one -> seen.add(one.toString()));
    access.inbox().list(PageRequest.first()).forEach(one -> seen.add(one.toString()));
    Session own = access.sessions().find(session.id());
    seen.add(own.detail().toString());
    access
        .sessions()
        .list(SessionQuery.all(), PageRequest.first())
        .forEach(one -> seen.add(one.toString()));
    seen.add(own.report().toString());
    seen.add(own.report().html());
    seen.add(access.jumpItems().detail(ORDERS).toString());
    seen.add(access.jumpItems().terms(ORDERS).toString());
    seen.add(access.jumpItems().explain(ORDERS).toString());
    access.jumpItems().search("").forEach(one -> seen.add(one.toString()));
    seen.add(own.candidates().toString());
    for (Runnable act :
        List.<Runnable>of(
            () -> access.approvals().decisions(request),
            () -> access.approvals().approve(request, ""),
            // Before the cancellation, which may end the session.
            () -> {
              try (Shell shell = own.connect().openShell("work")) {
                seen.add(shell.toString());
              }
            },
            () -> seen.addAll(privilegedViews(access, session)),
            () -> access.approvals().cancel(request, ""),
            own::connect)) {
      try {
        act.run();
      } catch (PosternException e) {
        seen.add(e.toString());
      }
    }
    return seen;
  }

  /** What is shown to those who may administer, look after and view. */
  private static List<String> privilegedViews(Access access, Session session) {
    List<String> seen = new ArrayList<>();
    seen.add(access.catalog().explain(PersonId.of("maya"), ORDERS).toString());
    access.catalog().jumpPolicies(PageRequest.first()).forEach(one -> seen.add(one.toString()));
    access.catalog().sessionPolicies(PageRequest.first()).forEach(one -> seen.add(one.toString()));
    access.catalog().groups(PageRequest.first()).forEach(one -> seen.add(one.toString()));
    seen.add(access.catalog().item(ORDERS).orElseThrow().toString());
    seen.add(access.credentials().candidates(ORDERS).toString());
    seen.add(access.credentials().managers().toString());
    access.credentials().held(PageRequest.first()).forEach(one -> seen.add(one.toString()));
    access.credentials().owed(PageRequest.first()).forEach(one -> seen.add(one.toString()));
    for (Recording recording : access.recordings().of(session.id())) {
      seen.add(recording.toString());
      seen.add(access.recordings().verify(recording.id()).toString());
      seen.add(text(access.recordings().cast(recording.id())));
      seen.add(text(access.recordings().transcript(recording.id())));
    }
    seen.addAll(entries(access, AuditQuery.all().about("session:" + session.id())));
    seen.addAll(entries(access, AuditQuery.all()));
    return seen;
  }

  private static String text(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> entries(Access access, AuditQuery query) {
    List<String> seen = new ArrayList<>();
    for (AuditEntry entry : access.audit().list(query, PageRequest.first().ofSize(1_000))) {
      seen.add(entry.toString());
    }
    return seen;
  }

  @Test
  @Rule("REQ-7")
  void whoDecided_isInNoViewOfTheRequester_andInThoseOfApprovers() {
    mayaMayReadEverything();
    Scene scene = Scene.asking(test, terms -> terms.needing(2));
    for (boolean approved : new boolean[] {true, false}) {
      Session session = scene.ask("maya");
      RequestId request = scene.request(session);
      scene.approve("noor", request);
      if (approved) {
        scene.approve("omar", request);
        session.awaitAvailable(Duration.ofSeconds(60));
      } else {
        test.as("omar").approvals().deny(request, "not now");
      }
      assertThat(everythingSeenBy("maya", request, session))
          .noneMatch(text -> text.matches("(?is).*(noor|omar).*"));
      assertThat(test.as("noor").approvals().decisions(request))
          .extracting(Decision::decider, Decision::email)
          .containsExactlyInAnyOrder(
              Tuple.tuple("noor", "noor@example.org"), Tuple.tuple("omar", "omar@example.org"));
    }
  }

  @Test
  @Rule("REQ-7")
  void whoDecided_isNotInTheAuditTrailAsTheRequesterReadsIt() {
    mayaMayReadEverything();
    Scene scene = Scene.asking(test, terms -> terms);
    RequestId request = scene.request(scene.approved("maya"));
    Refused.with(ErrorCode.ALREADY_DECIDED, () -> scene.approve("omar", request));
    Access maya = test.as("maya");
    assertThat(entries(maya, AuditQuery.all().about("request:" + request)))
        .anyMatch(entry -> entry.contains("request.approved") && entry.contains("an approver"))
        .noneMatch(entry -> entry.contains("noor") || entry.contains("omar"));
    assertThat(entries(maya, AuditQuery.all().by("noor"))).isEmpty();
    assertThat(entries(maya, AuditQuery.all().action("request")))
        .noneMatch(entry -> entry.contains("noor") || entry.contains("omar"));
    assertThat(entries(test.as("adam"), AuditQuery.all().by("noor")))
        .anyMatch(entry -> entry.contains("request.approved"));
  }

  @Test
  @Rule("REQ-7")
  void whoDecided_isNotInWhatTheRequesterIsSent() {
    Scene scene = Scene.asking(test, terms -> terms);
    scene.approved("maya");
    List<Delivery> toMaya = new ArrayList<>();
    Awaiting.until(
        "two notices to maya",
        () -> {
          test.sweep();
          Delivery next = test.deliveries().poll();
          if (next != null && next.email().equals("maya@example.org")) {
            toMaya.add(next);
          }
          return toMaya.size() == 2;
        });
    assertThat(toMaya)
        .allSatisfy(delivery -> assertThat(delivery.toString()).doesNotContainIgnoringCase("noor"))
        .allSatisfy(delivery -> assertThat(delivery.decision()).isEmpty());
  }

  @Test
  @Rule("REQ-7")
  void whoDecided_isNotInTheReportOfSomebodyElseWhoUsesTheApproval() {
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    RequestId request = scene.request(scene.approved("maya"));
    Session own = scene.available("kim");
    assertThat(own.detail().request()).contains(request);
    assertThat(own.report().toString()).contains("maya").doesNotContainIgnoringCase("noor");
    Refused.with(ErrorCode.NOT_AN_APPROVER, () -> test.as("kim").approvals().decisions(request));
  }

  @Test
  @Rule("REQ-7")
  void aRequesterWhoIsAlsoAnApprover_learnsNoMore() {
    test.people()
        .add(
            Person.named("maya", "Maya Ito")
                .email("maya@example.org")
                .memberOf("ops")
                .memberOf("approvers"));
    Scene scene = Scene.asking(test, ApprovalTerms::allowingSelfApproval);
    Session session = scene.ask("maya");
    RequestId request = scene.request(session);
    scene.approve("noor", request);
    Refused.with(ErrorCode.NOT_AN_APPROVER, () -> test.as("maya").approvals().decisions(request));
    assertThat(everythingSeenBy("maya", request, session))
        .noneMatch(text -> text.matches("(?is).*noor.*"));
  }

  @Test
  @Rule("REQ-7")
  void whoCancelled_isTheRequesterByName_orSomebodyElse_andNoApprover() {
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    mayaMayReadEverything();
    RequestId byMaya = scene.request(scene.approved("maya"));
    Session ofKim = scene.available("kim");
    test.as("maya").approvals().cancel(byMaya, "done");
    assertThat(who(ofKim, "request.cancelled")).containsExactly("maya");
    assertThat(who(ofKim, "request.approved")).containsExactly("an approver");

    Session ofMaya = scene.approved("maya");
    Session alsoOfKim = scene.available("kim");
    test.as("kim").approvals().cancel(scene.request(ofMaya), "mine now");
    assertThat(who(ofMaya, "request.cancelled")).containsExactly("somebody else");
    assertThat(who(alsoOfKim, "request.cancelled")).containsExactly("kim");
    assertThat(
            test.as("maya")
                .audit()
                .list(
                    AuditQuery.all().about("request:" + scene.request(ofMaya)),
                    PageRequest.first()))
        .extracting(AuditEntry::actor)
        .contains("maya", "an approver", "somebody else")
        .doesNotContain("kim", "noor");
  }

  private static List<String> who(Session session, String what) {
    return session.report().acts().stream()
        .filter(act -> act.what().equals(what))
        .map(SessionReport.Act::who)
        .toList();
  }
}
