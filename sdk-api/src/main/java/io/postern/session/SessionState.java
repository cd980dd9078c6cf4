package io.postern.session;

import io.postern.approval.RequestId;
import java.time.Instant;

/** Where a session stands, with what exists only there. */
public sealed interface SessionState {
  /** The same as an enumeration, for {@code switch} and filters. */
  SessionStatus status();

  /**
   * It waits for a decision.
   *
   * @param request what waits for a decision
   * @param decideBy when it expires undecided
   */
  record WaitingForApproval(RequestId request, Instant decideBy) implements SessionState {
    @Override
    public SessionStatus status() {
      return SessionStatus.WAITING_FOR_APPROVAL;
    }
  }

  /**
   * It begins by itself at its time.
   *
   * @param start when it begins by itself
   */
  record Scheduled(Instant start) implements SessionState {
    @Override
    public SessionStatus status() {
      return SessionStatus.SCHEDULED;
    }
  }

  /** What it needs is being made ready. */
  record Provisioning() implements SessionState {
    @Override
    public SessionStatus status() {
      return SessionStatus.PROVISIONING;
    }
  }

  /**
   * It can be connected for the first time.
   *
   * @param claimBy when it expires unless it was connected
   */
  record Available(Instant claimBy) implements SessionState {
    @Override
    public SessionStatus status() {
      return SessionStatus.AVAILABLE;
    }
  }

  /**
   * Its work time runs.
   *
   * @param since when its work time began
   * @param until when it ends by itself
   */
  record Active(Instant since, Instant until) implements SessionState {
    @Override
    public SessionStatus status() {
      return SessionStatus.ACTIVE;
    }
  }

  /**
   * Nothing passes in either direction.
   *
   * @param message what its people were told
   * @param until when it ends by itself
   */
  record Frozen(String message, Instant until) implements SessionState {
    @Override
    public SessionStatus status() {
      return SessionStatus.FROZEN;
    }
  }

  /**
   * It is being taken down.
   *
   * @param reason why it is being taken down
   */
  record Ending(EndReason reason) implements SessionState {
    @Override
    public SessionStatus status() {
      return SessionStatus.ENDING;
    }
  }

  /**
   * It has ended.
   *
   * @param reason why
   * @param detail the same in words
   * @param at when
   */
  record Ended(EndReason reason, String detail, Instant at) implements SessionState {
    @Override
    public SessionStatus status() {
      return SessionStatus.ENDED;
    }
  }
}
