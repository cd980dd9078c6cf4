package io.postern.proofs.kill;

import io.postern.Access;
import io.postern.Postern;
import io.postern.credential.LeaseId;
import io.postern.recording.Recording;
import io.postern.recording.RecordingCheck;
import io.postern.session.SessionId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a dead process left behind, and whether all of it was put in order. */
final class Aftermath {
  private static final String OPEN = "('INTENT', 'HELD', 'RETURNING')";

  private final Stand stand;
  private final Tables tables;
  private final Access admin;

  Aftermath(Stand stand, Tables tables, Postern postern) {
    this.stand = stand;
    this.tables = tables;
    this.admin = postern.as("adam");
  }

  /** What is still owed for a process: sessions without one, leases that nobody will use. */
  List<String> unsettled(Round round) throws IOException {
    List<String> left = new ArrayList<>();
    left.addAll(
        tables.list(
            "select 'session', id, status from session where reason = ?"
                + " and status in ('ACTIVE', 'FROZEN', 'ENDING', 'PROVISIONING')",
            reason(round)));
    // A session that can be connected may keep what was lent to it.
    left.addAll(
        tables.list(
            "select 'lease', l.id, l.state, l.credential, s.status, l.attempts, l.node, l.due_at,"
                + " l.last_failure, l.settled_at from lease l"
                + " join session s on s.id = l.session where s.reason = ? and l.state in "
                + OPEN
                + " and not (l.state = 'HELD' and s.status = 'AVAILABLE')",
            reason(round)));
    left.addAll(
        tables.list(
            "select 'check-out', id, state, credential, attempts, node, due_at, last_failure,"
                + " settled_at from lease where session is null"
                + " and item like ? and state in ('INTENT', 'RETURNING')",
            "item-" + round.set() + "-%"));
    for (Map.Entry<String, String> out : LedgerStore.out(stand.ledger()).entrySet()) {
      if (out.getKey().startsWith("account-item-" + round.set() + "-")
          && tables
              .list("select id from lease where id = ? and state in " + OPEN, out.getValue())
              .isEmpty()) {
        left.add("ledger " + out + " without a lease");
      }
    }
    return left;
  }

  /** The processes that are at what is still owed for another one. */
  List<String> holders(Round round) {
    List<String> holders = new ArrayList<>();
    holders.addAll(
        tables.list(
            "select distinct node from session where reason = ? and node is not null"
                + " and status <> 'ENDED'",
            reason(round)));
    holders.addAll(
        tables.list(
            "select distinct l.node from lease l join session s on s.id = l.session"
                + " where s.reason = ? and l.node is not null and l.state in "
                + OPEN,
            reason(round)));
    holders.addAll(
        tables.list(
            "select distinct node from lease where session is null and item like ?"
                + " and node is not null and state in "
                + OPEN,
            "item-" + round.set() + "-%"));
    return holders;
  }

  /** What is wrong once everything was put in order. */
  List<String> faults(Round round) {
    List<String> faults = new ArrayList<>();
    faults.addAll(
        tables.list(
            "select 'ends wrongly', id, status, end_reason from session where reason = ?"
                + " and status = 'ENDED' and end_reason not in ('INTERRUPTED', 'ENDED_BY_OWNER',"
                + " 'RELEASED', 'DENIED', 'CANCELLED')",
            reason(round)));
    faults.addAll(
        tables.list(
            "select 'reserved for nobody', r.session, r.taken_until from reservation r"
                + " join session s on s.id = r.session where s.reason = ? and s.status = 'ENDED'"
                + " and r.taken_until > ?",
            reason(round),
            System.currentTimeMillis()));
    faults.addAll(
        tables.list("select 'given up', id, last_failure from lease where state = 'IRREVOCABLE'"));
    return faults;
  }

  /** Recordings of ended sessions that are not whole. */
  List<String> unsealed(Round round) {
    List<String> faults = new ArrayList<>();
    for (String session :
        tables.list(
            "select distinct s.id from session s join recording r on r.session = s.id"
                + " where s.reason = ? and s.status = 'ENDED'",
            reason(round))) {
      for (Recording recording : admin.recordings().of(SessionId.of(session))) {
        RecordingCheck check = admin.recordings().verify(recording.id());
        if (recording.sealedAt().isEmpty() || !check.intact()) {
          faults.add("recording " + recording + " " + check);
        }
      }
    }
    return faults;
  }

  int interrupted() {
    return tables.list("select id from session where end_reason = 'INTERRUPTED'").size();
  }

  int endedSessions() {
    return tables.list("select id from session where status = 'ENDED'").size();
  }

  int recordings() {
    return tables.list("select id from recording").size();
  }

  /** Ends what may go on though its process is dead: it waits, can be connected, is checked out. */
  void end(Round round) {
    for (String session :
        tables.list(
            "select id from session where reason = ? and status <> 'ENDED'", reason(round))) {
      admin.sessions().find(SessionId.of(session)).end();
    }
    for (String lease :
        tables.list(
            "select id from lease where purpose = 'CHECK_OUT' and item like ? and state = 'HELD'",
            "item-" + round.set() + "-%")) {
      admin.credentials().checkIn(LeaseId.of(lease));
    }
  }

  private static String reason(Round round) {
    return "round-" + round.number();
  }
}
