package io.postern.core.audit;

import io.postern.audit.AuditEntry;
import io.postern.core.store.Tx;
import io.postern.person.PersonId;
import java.util.function.Consumer;

/** Reads what was written about one thing, for rooms that have judged who reads. */
public interface AuditReader {
  /**
   * Hands over every entry about {@code subject}, in order, as {@code reader} may see it; however
   * many there are, few are held here at a time.
   */
  void about(Tx tx, String subject, PersonId reader, Consumer<AuditEntry> to);
}
