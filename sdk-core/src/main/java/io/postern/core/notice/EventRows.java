package io.postern.core.notice;

import io.postern.core.audit.AuditReader;
import io.postern.core.store.Database;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Ids;
import io.postern.core.store.Row;
import io.postern.spi.event.Event;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** How far each listener has come, and which process tells it. */
final class EventRows {
  /**
   * Where a listener is that this process has claimed.
   *
   * @param position of the event it was told of last; 0 when there is none
   * @param failures how often the next one failed
   */
  record Place(long position, int failures) {
    static Place read(Row row) {
      return new Place(row.number("position"), (int) row.number("failures"));
    }
  }

  /** Twice what a call may take: another process takes over from one that crashed after it. */
  static final Duration CLAIM = Duration.ofSeconds(20);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Database database;
  private final AuditReader audit;
  private final InstantSource clock;
  private final String me;

  /** What is free for this process, or its own: a store that failed may have left it so. */
  private final String mine;

  @Inject
  EventRows(Database database, AuditReader audit, InstantSource clock, Ids ids) {
    this(database, audit, clock, ids.process());
  }

  EventRows(Database database, AuditReader audit, InstantSource clock, String me) {
    this.database = database;
    this.audit = audit;
    this.clock = clock;
    this.me = me;
    this.mine =
        " name = ? and due_at <= ? and (node is null or node = ? or claimed_until < "
            + database.dialect().now()
            + ")";
  }

  /**
   * Has the store know a listener. A new one begins at the end of the chain, and so with what was
   * written a moment ago and is not linked yet.
   */
  void open(String name, boolean fromTheBeginning) {
    String begin =
        fromTheBeginning
            ? "0"
            : "coalesce((select max(link) from audit where link is not null), 0)";
    database.change(
        tx -> {
          if (tx.dialect() == Dialect.SQLITE) {
            // An embedded store has one process at a time, so whoever else tells it is dead.
            tx.run("update event_listener set node = null where name = ?", name);
          }
          return tx.run(
              "insert into event_listener (name, position, claimed_until, failures, due_at)"
                  + " select cast(? as text), "
                  + begin
                  + ", 0, 0, 0 where 1 = 1 on conflict (name) do nothing",
              name);
        });
  }

  /** Whether there is something to tell it, and this process may. */
  boolean isDue(String name) {
    return database
        .readAtOnce(
            tx ->
                tx.first(
                    "select 1 as due from event_listener where"
                        + mine
                        + " and exists (select 1 from audit where link > event_listener.position)",
                    row -> true,
                    name,
                    clock.instant(),
                    me))
        .orElse(false);
  }

  /** Takes a listener for this process, unless another one has it. */
  Optional<Place> claim(String name) {
    return database.changeAtOnce(
        tx ->
            tx.first(
                "update event_listener set node = ?, claimed_until = "
                    + tx.dialect().now()
                    + " + ? where"
                    + mine
                    + " returning position, failures",
                Place::read,
                me,
                CLAIM,
                name,
                clock.instant(),
                me));
  }

  /** The events after a position, in order. */
  List<Event> after(long position, int most) {
    return database.readAtOnce(tx -> audit.linkedAfter(tx, position, most));
  }

  /** Keeps how far it has come, and the claim; false when another process has taken it over. */
  boolean keep(String name, long from, long to) {
    return database.changeAtOnce(
            tx ->
                tx.run(
                    "update event_listener set position = ?, failures = 0, claimed_until = "
                        + tx.dialect().now()
                        + " + ? where name = ? and node = ? and position = ?",
                    to,
                    CLAIM,
                    name,
                    me,
                    from))
        == 1;
  }

  /**
   * Keeps how far it has come, and lets go of it.
   *
   * @param failures how often the next event has failed; then it is tried again after a pause
   */
  void release(String name, long from, long to, int failures) {
    database.changeAtOnce(
        tx ->
            tx.run(
                "update event_listener set position = ?, failures = ?, due_at = ?, node = null"
                    + " where name = ? and node = ? and position = ?",
                to,
                failures,
                clock.instant().plus(pause(failures)),
                name,
                me,
                from));
  }

  private static Duration pause(int failures) {
    if (failures == 0) {
      return Duration.ZERO;
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }
}
