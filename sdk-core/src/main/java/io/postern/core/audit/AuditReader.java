package io.postern.core.audit;

import io.postern.audit.AuditEntry;
import io.postern.core.store.Tx;
import io.postern.person.PersonId;
import io.postern.spi.event.Event;
import java.util.List;
import java.util.function.Consumer;

/** Reads what was written, for rooms that have judged who reads. */
public interface AuditReader {
  /**
   * Hands over every entry about {@code subject}, in order, as {@code reader} may see it; however
   * many there are, few are held here at a time.
   */
  void about(Tx tx, String subject, PersonId reader, Consumer<AuditEntry> to);

  /**
   * The entries that follow {@code position} in the chain, in its order, as they are; for the host.
   * Links have no gaps and grow with each commit that makes one, so none appears later before what
   * was read.
   *
   * @param most how many at most
   */
  List<Event> linkedAfter(Tx tx, long position, int most);

  /**
   * What stands in the place of who acted on a request, for its requester (rule REQ-7). Not only
   * approvers cancel: where others may use an approval, they may, too (rule REQ-9).
   */
  static String anonymous(String action) {
    return action.startsWith("request.cancel") ? "somebody else" : "an approver";
  }
}
