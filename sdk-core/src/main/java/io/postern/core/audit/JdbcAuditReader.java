package io.postern.core.audit;

import io.postern.audit.AuditEntry;
import io.postern.core.store.Tx;
import io.postern.person.PersonId;
import jakarta.inject.Inject;
import java.util.List;

/** Reads the entries of one subject. */
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
}
