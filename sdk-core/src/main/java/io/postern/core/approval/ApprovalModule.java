package io.postern.core.approval;

import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import io.postern.approval.Approvals;
import io.postern.approval.DecisionToken;
import io.postern.approval.EmailedDecision;
import io.postern.person.PersonId;
import jakarta.inject.Singleton;

/**
 * Requests and decisions. Needs the store, people, the jump room, journal, notices, ids, the clock
 * and {@link RequestOutcomes}; exposes {@link Requests}, {@link ApprovalServices} and its sweep.
 */
public final class ApprovalModule extends PrivateModule {
  @Override
  protected void configure() {
    bind(RequestRows.class);
    bind(ApproverRoll.class);
    bind(Ballot.class);
    bind(Cancellation.class);
    bind(ApprovalRoom.class);
    bind(DueRequests.class);
    bind(Requests.class).to(JdbcRequests.class).in(Singleton.class);
    expose(Requests.class);
    expose(ApprovalServices.class);
  }

  @Provides
  @Singleton
  ApprovalServices services(ApprovalRoom room) {
    return new ApprovalServices() {
      @Override
      public Approvals approvals(PersonId person) {
        return new PersonalApprovals(person, room);
      }

      @Override
      public EmailedDecision emailed(DecisionToken token) {
        return EmailedBallot.of(token, room);
      }
    };
  }
}
