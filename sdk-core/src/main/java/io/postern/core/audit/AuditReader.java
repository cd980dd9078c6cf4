package io.postern.core.audit;

import io.postern.audit.AuditEntry;
import io.postern.core.store.Tx;
import io.postern.person.PersonId;
import java.util.List;

/** Reads what was written about one thing, for rooms that have judged who reads. */
public interface AuditReader {
  /** The oldest 5,000 entries about {@code subject}, in order, as {@code reader} may see them. */
  List<AuditEntry> about(Tx tx, String subject, PersonId reader);
}
