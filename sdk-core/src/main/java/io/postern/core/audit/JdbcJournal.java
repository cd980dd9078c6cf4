package io.postern.core.audit;

import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import jakarta.inject.Inject;
import java.time.InstantSource;

/** Writes entries as rows that wait to be linked. */
final class JdbcJournal implements Journal {
  private static final int LONGEST_NAME = 300;
  private static final int LONGEST_WHY = 4_000;

  private final Details details = new Details();
  private final Database database;
  private final InstantSource clock;

  @Inject
  JdbcJournal(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public void write(Tx tx, Act act) {
    tx.run(
        "insert into audit (at, actor, action, subject, from_state, to_state, why, details)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?)",
        clock.instant(),
        AuditText.plain(act.actor(), LONGEST_NAME),
        AuditText.plain(act.action(), LONGEST_NAME),
        AuditText.plain(act.subject(), LONGEST_NAME),
        AuditText.plain(act.from(), LONGEST_NAME),
        AuditText.plain(act.to(), LONGEST_NAME),
        AuditText.plain(act.why(), LONGEST_WHY),
        details.write(act.details()));
  }

  @Override
  public void write(Act act) {
    database.changeAtOnce(
        tx -> {
          write(tx, act);
          return true;
        });
  }
}
