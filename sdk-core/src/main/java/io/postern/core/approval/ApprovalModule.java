package io.postern.core.approval;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import io.postern.approval.Approvals;
import io.postern.approval.DecisionToken;
import io.postern.approval.EmailedDecision;
import io.postern.core.sweep.Sweep;
import io.postern.person.PersonId;
import jakarta.inject.Singleton;

/**
 * Requests and decisions. Needs the store, people, the jump room, journal, notices, ids, the clock
 * and {@link RequestOutcomes}; exposes {@link Requests} and {@link ApprovalServices}, and
 * contributes its sweep. A plain module because sweeps are contributed to one set; its own types
 * are package-private, which hides them as well.
 */
public final class ApprovalModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(RequestRows.class);
    bind(ApproverRoll.class);
    bind(RequesterNotices.class);
    bind(Ballot.class);
    bind(Cancellation.class);
    bind(ApprovalRoom.class);
    bind(DueRequests.class);
    Multibinder.newSetBinder(binder(), Sweep.class).addBinding().to(DueRequests.class);
    bind(Requests.class).to(JdbcRequests.class).in(Singleton.class);
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
