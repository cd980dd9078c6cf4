package io.postern.core.audit;

import io.postern.audit.AuditEntry;
import io.postern.core.store.Tx;
import io.postern.person.PersonId;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps from requesters who decided on their requests, whatever else they may read (rule REQ-7).
 * The entries themselves stay as they are.
 */
final class Discretion {
  /** For queries by actor, whose answer would otherwise say what the entry does not. */
  static final String NOT_ABOUT_REQUEST_OF =
      "not exists (select 1 from access_request r where 'request:' || r.id = subject and r.requester = ?)";

  @Inject
  Discretion() {}

  List<AuditEntry> shownTo(Tx tx, PersonId reader, List<AuditEntry> entries) {
    Map<String, Boolean> ownRequest = new HashMap<>();
    return entries.stream()
        .map(
            entry ->
                entry.subject().startsWith("request:")
                        && !entry.actor().equals(reader.value())
                        && !entry.actor().startsWith("postern:")
                        && ownRequest.computeIfAbsent(
                            entry.subject(), subject -> isOwn(tx, subject, reader))
                    ? without(entry)
                    : entry)
        .toList();
  }

  private static boolean isOwn(Tx tx, String subject, PersonId reader) {
    return tx.first(
            "select 1 as own from access_request where id = ? and requester = ?",
            row -> row.number("own"),
            subject.substring("request:".length()),
            reader)
        .isPresent();
  }

  private static AuditEntry without(AuditEntry entry) {
    return new AuditEntry(
        entry.number(),
        entry.at(),
        AuditReader.anonymous(entry.action()),
        entry.action(),
        entry.subject(),
        entry.from(),
        entry.to(),
        entry.why(),
        entry.details());
  }
}
