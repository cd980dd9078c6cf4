package io.postern.core.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.approval.RequestId;
import io.postern.approval.RequestStatus;
import io.postern.core.Awaiting;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.JumpPolicy.OnRevocation;
import io.postern.notice.Notice;
import io.postern.session.Connection;
import io.postern.session.EndReason;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import io.postern.testing.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What taking a request or an approval back does to sessions (rule REQ-10). */
abstract class RevokingContract {
  @RegisterExtension final PosternUnderTest test;

  RevokingContract(PosternUnderTest test) {
    this.test = test;
  }

  private Scene onRevocation(OnRevocation effect) {
    return Scene.of(
        test,
        terms ->
            terms
                .approval(ApprovalTerms.by(Approver.group("approvers")))
                .extendable(3, Duration.ofHours(1))
                .onRevocation(effect),
        item -> item);
  }

  private void revoke(RequestId request) {
    assertThat(test.as("maya").approvals().cancel(request, "no need").status())
        .isEqualTo(RequestStatus.REVOKED);
  }

  private static EndReason reason(Session session) {
    return ((SessionState.Ended) session.detail().state()).reason();
  }

  @Test
  @Rule("REQ-10")
  void cancel_ofAPendingRequest_endsTheSessionThatWaits() {
    Scene scene = onRevocation(OnRevocation.END);
    Session session = scene.ask("maya");
    assertThat(test.as("maya").approvals().cancel(scene.request(session), "no need").status())
        .isEqualTo(RequestStatus.CANCELLED);
    assertThat(reason(session)).isEqualTo(EndReason.CANCELLED);
    Refused.with(
        ErrorCode.REQUEST_CANCELLED,
        () -> test.as("maya").approvals().cancel(scene.request(session), "again"));
  }

  @Test
  @Rule("REQ-10")
  void cancel_ofADeniedRequest_isRefused() {
    Scene scene = onRevocation(OnRevocation.END);
    RequestId request = scene.request(scene.ask("maya"));
    test.as("noor").approvals().deny(request, "no");
    Refused.with(ErrorCode.ALREADY_DECIDED, () -> test.as("maya").approvals().cancel(request, ""));
  }

  @Test
  @Rule("REQ-10")
  void revoking_endsALiveSession() {
    Scene scene = onRevocation(OnRevocation.END);
    Session session = scene.approved("maya");
    Connection live = session.connect();
    revoke(scene.request(session));
    Awaiting.until("it ends", () -> session.status() == SessionStatus.ENDED);
    assertThat(reason(session)).isEqualTo(EndReason.REVOKED);
    assertThat(test.endpoint().connections()).isZero();
    assertThat(test.vault().out()).isEmpty();
    Refused.with(ErrorCode.SESSION_ENDED, () -> live.run("id"));
  }

  @Test
  @Rule({"REQ-10", "SES-12"})
  void revoking_freezesALiveSessionWhereThePolicySaysSo() {
    Scene scene = onRevocation(OnRevocation.FREEZE);
    Session session = scene.approved("maya");
    try (Connection live = session.connect()) {
      revoke(scene.request(session));
      assertThat(session.status()).isEqualTo(SessionStatus.FROZEN);
      Refused.with(ErrorCode.SESSION_FROZEN, () -> live.run("id"));
      Refused.with(ErrorCode.SESSION_FROZEN, session::connect);
      test.as("adam").sessions().find(session.id()).unfreeze();
      assertThat(live.run("id").output()).isEqualTo("id\n");
    }
  }

  @Test
  @Rule("REQ-10")
  void revoking_letsALiveSessionRunAndTellsItsOwnerWhereThePolicySaysSo() {
    Scene scene = onRevocation(OnRevocation.CONTINUE);
    Session session = scene.approved("maya");
    try (Connection live = session.connect()) {
      revoke(scene.request(session));
      assertThat(live.run("id").output()).isEqualTo("id\n");
      assertThat(test.as("maya").inbox().list(PageRequest.first()))
          .anyMatch(
              notice ->
                  notice.kind() == Notice.Kind.REQUEST_CANCELLED
                      && notice.subject().contains("its approval was revoked"));
      Refused.with(ErrorCode.EXTENSION_REFUSED, () -> session.extend(Duration.ofMinutes(1)));
    }
  }

  @Test
  @Rule("REQ-10")
  void revoking_endsASessionThatHasNotBegun_whateverThePolicySays() {
    Scene scene = onRevocation(OnRevocation.CONTINUE);
    Session session = scene.approved("maya");
    revoke(scene.request(session));
    Awaiting.until("it ends", () -> session.status() == SessionStatus.ENDED);
    assertThat(reason(session)).isEqualTo(EndReason.REVOKED);
    assertThat(scene.ask("maya").status()).isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);
  }
}
