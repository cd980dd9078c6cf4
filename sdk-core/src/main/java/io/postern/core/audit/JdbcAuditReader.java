package io.postern.core.audit;

import io.postern.audit.AuditEntry;
import io.postern.core.store.Tx;
import io.postern.person.PersonId;
import io.postern.spi.event.Event;
import jakarta.inject.Inject;
import java.util.List;

/** Reads entries by their subject, and in the order of the chain. */
final class JdbcAuditReader implements AuditReader {
  private static final int MOST = 5_000;

  private final Details details = new Details();
  private final Discretion discretion;

  @Inject
  JdbcAuditReader(Discretion discretion) {
    this.discretion = discretion;
  }

  @Override
  public List<AuditEntry> about(Tx tx, String subject, PersonId reader) {
    List<AuditEntry> entries =
        tx.list(
            "select " + AuditRow.COLUMNS + " from audit where subject = ? order by number limit ?",
            row -> AuditRow.read(row).entry(details),
            subject,
            MOST);
    return discretion.shownTo(tx, reader, entries);
  }

  @Override
  public List<Event> linkedAfter(Tx tx, long position, int most) {
    return tx.list(
        "select link, " + AuditRow.COLUMNS + " from audit where link > ? order by link limit ?",
        row -> new Event(row.number("link"), AuditRow.read(row).entry(details)),
        position,
        most);
  }
}
