package io.postern.core.session;

import static io.postern.session.SessionStatus.ACTIVE;
import static io.postern.session.SessionStatus.AVAILABLE;
import static io.postern.session.SessionStatus.ENDED;
import static io.postern.session.SessionStatus.ENDING;
import static io.postern.session.SessionStatus.FROZEN;
import static io.postern.session.SessionStatus.PROVISIONING;
import static io.postern.session.SessionStatus.SCHEDULED;
import static io.postern.session.SessionStatus.WAITING_FOR_APPROVAL;

import io.postern.core.state.Transitions;
import io.postern.session.SessionStatus;

/** What can happen to a session, with the one table of where that leads (rule SES-1). */
enum SessionEvent {
  /** It was approved for a later start. */
  SCHEDULE,
  /** It may begin: it was approved, or its time has come. */
  PROVISION,
  /** What it needs is there. */
  READY,
  /** Its work time begins. */
  BEGIN,
  EXTEND,
  /** A process takes over its live connections, or has none left. */
  MOVE,
  FREEZE,
  /** It goes on after having begun. */
  THAW_ACTIVE,
  /** It goes on before having begun. */
  THAW_AVAILABLE,
  /** Somebody or something ends it. */
  STOP,
  /** Everything that was open is closed. */
  SETTLE;

  static final Transitions<SessionStatus, SessionEvent> TABLE =
      Transitions.<SessionStatus, SessionEvent>of("session", SessionStatus.class)
          .on(WAITING_FOR_APPROVAL, SCHEDULE, SCHEDULED)
          .on(WAITING_FOR_APPROVAL, PROVISION, PROVISIONING)
          .on(WAITING_FOR_APPROVAL, STOP, ENDED)
          .on(SCHEDULED, PROVISION, PROVISIONING)
          .on(SCHEDULED, STOP, ENDED)
          // Taken up by another process after the first one died in the middle.
          .on(PROVISIONING, PROVISION, PROVISIONING)
          .on(PROVISIONING, READY, AVAILABLE)
          .on(PROVISIONING, STOP, ENDING)
          .on(AVAILABLE, BEGIN, ACTIVE)
          .on(AVAILABLE, FREEZE, FROZEN)
          .on(AVAILABLE, STOP, ENDING)
          .on(ACTIVE, EXTEND, ACTIVE)
          .on(ACTIVE, MOVE, ACTIVE)
          .on(ACTIVE, FREEZE, FROZEN)
          .on(ACTIVE, STOP, ENDING)
          .on(FROZEN, MOVE, FROZEN)
          .on(FROZEN, THAW_ACTIVE, ACTIVE)
          .on(FROZEN, THAW_AVAILABLE, AVAILABLE)
          .on(FROZEN, STOP, ENDING)
          .on(ENDING, SETTLE, ENDED)
          .build();
}
