package io.postern.core.credential;

import io.postern.core.store.Database.Dialect;
import io.postern.core.store.KeysetPage;
import io.postern.core.store.Tx;
import io.postern.credential.CandidateId;
import io.postern.credential.Lease.Purpose;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.jump.JumpItemId;
import io.postern.person.PersonId;
import io.postern.session.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements on leases. No state: every method works on the transaction it is given. */
final class LeaseRows {
  private static final String SELECT = "select " + LeaseRow.COLUMNS + " from lease ";
  private static final String OUT =
      "exclusive = 1 and late = 0 and state in ('INTENT', 'HELD', 'RETURNING')";

  private LeaseRows() {}

  /** Writes an INTENT row; false when the exclusive account is out to somebody. */
  static boolean insert(Tx tx, LeaseRow row, Instant now) {
    return tx.run(
            "insert into lease (id, session, holder, item, endpoint, manager, credential, username,"
                + " exclusive, purpose, state, rotate_after, reference, renewable, expires_at,"
                + " until_at, node, attempts, silences, last_failure, created_at, settled_at,"
                + " due_at, late, version) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'INTENT', ?, '', 0,"
                + " null, ?, ?, 0, 0, '', ?, null, ?, 0, 1) on conflict (manager, credential) where "
                + OUT
                + " do nothing",
            row.id(),
            row.session(),
            row.holder(),
            row.item(),
            row.endpoint(),
            row.credential().manager(),
            row.credential().key(),
            row.username(),
            row.exclusive(),
            row.purpose(),
            row.rotateAfter(),
            row.untilAt(),
            row.node(),
            now,
            row.dueAt())
        == 1;
  }

  static Optional<LeaseRow> find(Tx tx, LeaseId id) {
    return tx.first(SELECT + "where id = ?", LeaseRow::read, id);
  }

  static List<LeaseRow> ofSession(Tx tx, SessionId session) {
    // Those that ride on a check-out first, because it waits for them.
    return tx.list(
        SELECT
            + "where session = ? and state in ('INTENT', 'HELD', 'RETURNING')"
            + " order by exclusive, id",
        LeaseRow::read,
        session);
  }

  /** What keeps an exclusive account from others. */
  static Optional<LeaseRow> out(Tx tx, CandidateId credential) {
    return tx.first(
        SELECT + "where manager = ? and credential = ? and " + OUT,
        LeaseRow::read,
        credential.manager(),
        credential.key());
  }

  /**
   * Keeps the person's own exclusive lease HELD until this transaction has ended, so that what
   * rides on it is seen by whoever gives it back; false when there is none.
   */
  static boolean holdFast(Tx tx, CandidateId credential, PersonId holder) {
    return tx.run(
            "update lease set version = version where manager = ? and credential = ?"
                + " and holder = ? and state = 'HELD' and "
                // In SQLite an index of some rows is used where its own condition stands.
                + OUT,
            credential.manager(),
            credential.key(),
            holder)
        == 1;
  }

  /** As {@link #holdFast} for one lease, whatever its kind. */
  static boolean holdFast(Tx tx, LeaseId id) {
    return tx.run("update lease set version = version where id = ? and state = 'HELD'", id) == 1;
  }

  /** Whether the holder's sessions still use an account that was checked out. */
  static boolean hasRiders(Tx tx, LeaseRow row) {
    return tx.first(
            "select id from lease where manager = ? and credential = ? and exclusive = 0"
                + " and state in ('INTENT', 'HELD', 'RETURNING')"
                + " and (state <> 'RETURNING' or settled_at is null)",
            found -> true,
            row.credential().manager(),
            row.credential().key())
        .isPresent();
  }

  /**
   * Every lease of a credential that is not over, kept from changing until this transaction ends;
   * always in one order, so that two who do this never wait for each other.
   */
  static List<LeaseRow> lockAll(Tx tx, CandidateId credential) {
    return tx.list(
        SELECT
            + "where manager = ? and credential = ? and state in ('INTENT', 'HELD', 'RETURNING')"
            + " order by id"
            + (tx.dialect() == Dialect.POSTGRESQL ? " for update" : ""),
        LeaseRow::read,
        credential.manager(),
        credential.key());
  }

  /**
   * Changes a lease's state and {@code assignments}, if it is as {@code row} has it; false when
   * somebody else was first.
   *
   * @throws io.postern.PosternException ILLEGAL_CHANGE when the table has no such change
   */
  static boolean move(
      Tx tx, LeaseRow row, State to, String assignments, @Nullable Object... values) {
    LeaseStates.require(row.id(), row.state(), to);
    return update(tx, row, "state = '" + to.name() + "', " + assignments, values);
  }

  /** Changes {@code assignments} in the same state; false when somebody else was first. */
  static boolean update(Tx tx, LeaseRow row, String assignments, @Nullable Object... values) {
    List<@Nullable Object> arguments = new ArrayList<>(Arrays.asList(values));
    arguments.add(row.id());
    arguments.add(row.version());
    return tx.run(
            "update lease set "
                + assignments
                + ", version = version + 1 where id = ? and version = ?",
            arguments.toArray())
        == 1;
  }

  /** Has a lease rotated by whoever gives it back. Leaves the version, for nobody decides by it. */
  static void rotateAfter(Tx tx, LeaseId id) {
    tx.run("update lease set rotate_after = 1 where id = ?", id);
  }

  /** Has everything tried now that waits because its manager did not answer. */
  static void bringForward(Tx tx, String manager, Instant now) {
    tx.run(
        "update lease set due_at = ?, version = version + 1 where id in (select id from lease"
            + " where manager = ? and silences > 0 and due_at > ? and node is null"
            // Who holds one is at it, and must not be waited for.
            + (tx.dialect() == Dialect.POSTGRESQL ? " for update skip locked)" : ")"),
        now,
        manager,
        now);
  }

  /** Which managers have something due. */
  static List<String> dueManagers(Tx tx, Instant now) {
    return tx.list(
        "select distinct manager from lease where due_at <= ? order by manager",
        row -> row.text("manager"),
        now);
  }

  /** What is to be renewed, or taken back because its time is over. */
  static List<LeaseRow> dueOfHeld(Tx tx, String manager, Instant now, int most) {
    return due(tx, manager, "= 'HELD'", now, most);
  }

  /** What is owed, or was never lent. */
  static List<LeaseRow> dueOfOthers(Tx tx, String manager, Instant now, int most) {
    return due(tx, manager, "<> 'HELD'", now, most);
  }

  private static List<LeaseRow> due(Tx tx, String manager, String state, Instant now, int most) {
    return tx.list(
        SELECT
            + "where due_at <= ? and manager = ? and state "
            + state
            + " order by due_at, id limit "
            + most,
        LeaseRow::read,
        now,
        manager);
  }

  /** A page of leases in these states, of one person or of all, the oldest first. */
  static List<LeaseRow> page(
      Tx tx, Optional<PersonId> holder, List<State> states, KeysetPage<String> page) {
    List<Object> arguments = new ArrayList<>();
    StringBuilder sql = new StringBuilder(SELECT).append("where id > ?");
    arguments.add(page.after().orElse(""));
    holder.ifPresent(
        person -> {
          sql.append(" and holder = ?");
          arguments.add(person);
        });
    sql.append(" and state in (").append("?, ".repeat(states.size() - 1)).append("?)");
    arguments.addAll(states);
    sql.append(" order by id limit ").append(page.limit());
    return tx.list(sql.toString(), LeaseRow::read, arguments.toArray());
  }

  static LeaseRow intent(
      LeaseId id,
      Optional<SessionId> session,
      PersonId holder,
      JumpItemId item,
      String endpoint,
      CandidateId credential,
      String username,
      boolean exclusive,
      Purpose purpose,
      boolean rotateAfter,
      Instant until,
      String node,
      Instant due) {
    return new LeaseRow(
        id,
        session,
        holder,
        item,
        endpoint,
        credential,
        username,
        exclusive,
        purpose,
        State.INTENT,
        rotateAfter,
        "",
        false,
        Optional.empty(),
        Optional.of(until),
        Optional.of(node),
        0,
        0,
        "",
        Optional.empty(),
        Optional.of(due),
        false,
        1);
  }
}
