package io.postern.core.approval;

import static io.postern.ErrorCode.ALREADY_DECIDED;
import static io.postern.ErrorCode.REQUEST_CANCELLED;
import static io.postern.ErrorCode.REQUEST_EXPIRED;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.approval.Approvals;
import io.postern.approval.RequestId;
import io.postern.approval.RequestStatus;
import io.postern.core.PosternUnderTest;
import io.postern.core.Race;
import io.postern.core.Race.Outcome;
import io.postern.core.Scene;
import io.postern.jump.ApprovalTerms;
import io.postern.session.Session;
import io.postern.session.SessionStatus;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two changes of one request at the same instant: exactly one happens (rule REQ-13). */
abstract class RequestRacesContract {
  @RegisterExtension final PosternUnderTest test;

  RequestRacesContract(PosternUnderTest test) {
    this.test = test;
  }

  private Approvals of(String person) {
    return test.as(person).approvals();
  }

  private RequestStatus status(RequestId request) {
    return of("maya").find(request).status();
  }

  /** Exactly one was done, and the other was told why not by one of these codes. */
  private static void assertOneWon(List<Outcome> outcomes, ErrorCode... told) {
    assertThat(outcomes).filteredOn(Outcome::won).hasSize(1);
    assertThat(outcomes)
        .filteredOn(outcome -> !outcome.won())
        .allSatisfy(outcome -> assertThat(outcome.refusal().orElseThrow()).isIn((Object[]) told));
  }

  @Test
  @Rule("REQ-13")
  void twoApprovals_atTheSameInstant_oneDecides() {
    Scene scene = Scene.asking(test, terms -> terms);
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds(); round++) {
        RequestId request = scene.request(scene.ask("maya"));
        List<Outcome> outcomes =
            race.run(
                List.of(
                    () -> of("noor").approve(request, ""), () -> of("omar").approve(request, "")));
        assertOneWon(outcomes, ALREADY_DECIDED);
        assertThat(of("noor").decisions(request)).hasSize(1);
        assertThat(status(request)).isEqualTo(RequestStatus.APPROVED);
      }
    }
  }

  @Test
  @Rule("REQ-13")
  void anApprovalAgainstADenial_oneDecidesAndTheSessionFollows() {
    Scene scene = Scene.asking(test, terms -> terms);
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds(); round++) {
        Session session = scene.ask("maya");
        RequestId request = scene.request(session);
        List<Outcome> outcomes =
            race.run(
                List.of(() -> of("noor").approve(request, ""), () -> of("omar").deny(request, "")));
        assertOneWon(outcomes, ALREADY_DECIDED);
        boolean approved = outcomes.get(0).won();
        assertThat(status(request))
            .isEqualTo(approved ? RequestStatus.APPROVED : RequestStatus.DENIED);
        assertThat(session.status() == SessionStatus.ENDED).isEqualTo(!approved);
      }
    }
  }

  @Test
  @Rule("REQ-13")
  void anApprovalAgainstACancellation_isApprovedThenRevokedOrCancelled() {
    Scene scene = Scene.asking(test, terms -> terms);
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds(); round++) {
        Session session = scene.ask("maya");
        RequestId request = scene.request(session);
        List<Outcome> outcomes =
            race.run(
                List.of(
                    () -> of("noor").approve(request, ""), () -> of("maya").cancel(request, "")));
        // Cancelling comes through in either order: before the approval, or as its revocation.
        assertThat(outcomes.get(1).won()).isTrue();
        if (outcomes.get(0).won()) {
          assertThat(status(request)).isEqualTo(RequestStatus.REVOKED);
        } else {
          assertThat(outcomes.get(0).refusal()).contains(REQUEST_CANCELLED);
          assertThat(status(request)).isEqualTo(RequestStatus.CANCELLED);
        }
        assertThat(session.status()).isIn(SessionStatus.ENDING, SessionStatus.ENDED);
      }
    }
  }

  @Test
  @Rule({"REQ-12", "REQ-13"})
  void anApprovalAgainstTheExpiry_oneDecides() {
    Scene scene = Scene.asking(test, terms -> terms.decidedWithin(Duration.ofMinutes(1)));
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds() / 3; round++) {
        Session session = scene.ask("maya");
        RequestId request = scene.request(session);
        List<Outcome> outcomes =
            race.run(
                List.of(
                    () -> of("noor").approve(request, ""),
                    () -> {
                      test.clock().advance(Duration.ofMinutes(1));
                      test.sweep();
                      return request;
                    }));
        boolean approved = outcomes.get(0).won();
        if (!approved) {
          assertThat(outcomes.get(0).refusal()).contains(REQUEST_EXPIRED);
          test.sweep();
        }
        assertThat(status(request))
            .isEqualTo(approved ? RequestStatus.APPROVED : RequestStatus.EXPIRED);
        assertThat(session.status() == SessionStatus.ENDED).isEqualTo(!approved);
      }
    }
  }

  @Test
  @Rule("REQ-13")
  void usingAnApproval_againstItsRevocation_leavesNoSessionUnderIt() {
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds() / 3; round++) {
        RequestId request = scene.request(scene.approved("maya"));
        Session[] started = new Session[1];
        race.run(
            List.of(() -> started[0] = scene.ask("kim"), () -> of("maya").cancel(request, "")));
        assertThat(status(request)).isEqualTo(RequestStatus.REVOKED);
        Session session = started[0];
        if (session.detail().request().equals(Optional.of(request))) {
          assertThat(session.status()).isIn(SessionStatus.ENDING, SessionStatus.ENDED);
        } else {
          assertThat(session.status()).isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);
        }
      }
    }
  }

  @Test
  @Rule("REQ-9")
  void twoUsesOfAnApprovalForTheRequesterOnly_oneSessionComesOfIt() {
    Scene scene = Scene.asking(test, terms -> terms);
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds() / 6; round++) {
        Session first = scene.approved("maya");
        RequestId request = scene.request(first);
        first.end();
        Session[] started = new Session[2];
        race.run(
            List.of(() -> started[0] = scene.ask("maya"), () -> started[1] = scene.ask("maya")));
        assertThat(List.of(started))
            .filteredOn(session -> scene.request(session).equals(request))
            .hasSize(1);
        for (Session session : started) {
          session.end();
        }
        of("maya").cancel(request, "");
      }
    }
  }
}
