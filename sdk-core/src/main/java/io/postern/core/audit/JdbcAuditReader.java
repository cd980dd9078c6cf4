package io.postern.core.audit;

import io.postern.audit.AuditEntry;
import io.postern.core.store.Tx;
import io.postern.person.PersonId;
import io.postern.spi.event.Event;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Consumer;

/** Reads entries by their subject, and in the order of the chain. */
final class JdbcAuditReader implements AuditReader {
  private static final int AT_ONCE = 1_000;

  private final Details details = new Details();
  private final Discretion discretion;

  @Inject
  JdbcAuditReader(Discretion discretion) {
    this.discretion = discretion;
  }

  @Override
  public void about(Tx tx, String subject, PersonId reader, Consumer<AuditEntry> to) {
    long last = 0;
    List<AuditEntry> entries;
    do {
      entries =
          tx.list(
              "select "
                  + AuditRow.COLUMNS
                  + " from audit where subject = ? and number > ? order by number limit ?",
              row -> AuditRow.read(row).entry(details),
              subject,
              last,
              AT_ONCE);
      if (!entries.isEmpty()) {
        last = entries.get(entries.size() - 1).number();
      }
      discretion.shownTo(tx, reader, entries).forEach(to);
    } while (entries.size() == AT_ONCE);
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
