package io.postern.approval;

import io.postern.jump.ApprovalTerms;
import io.postern.jump.JumpItemId;
import io.postern.person.PersonId;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * An ask for access, as its requester and its approvers see it. Who decided is not in here, so that
 * no view of it can show them to the requester (rule REQ-7); approvers ask {@link
 * Approvals#decisions}.
 *
 * @param id which request
 * @param item the jump item that is asked for
 * @param itemName its name
 * @param requester who asks
 * @param requesterName their name
 * @param reason why, or an empty text
 * @param ticket the ticket number, or an empty text
 * @param start when the access is to begin; empty for now
 * @param duration how long it is to last
 * @param language in which the requester asked people to be written to; handed to the host's
 *     notifier, while Postern's own texts are English
 * @param scope to whom an approval applies
 * @param needed how many approvers must agree
 * @param askedAt when it was asked
 * @param decideBy when it expires undecided
 * @param status how it stands
 * @param comment what was said with the outcome, or an empty text
 */
public record AccessRequest(
    RequestId id,
    JumpItemId item,
    String itemName,
    PersonId requester,
    String requesterName,
    String reason,
    String ticket,
    Optional<Instant> start,
    Duration duration,
    Locale language,
    ApprovalTerms.Scope scope,
    int needed,
    Instant askedAt,
    Instant decideBy,
    RequestStatus status,
    String comment) {
  /** The request as plain text for a ticket (rule REQ-19). It names no approver. */
  public String asText() {
    StringBuilder text = new StringBuilder();
    line(text, "Access request", id.value());
    line(text, "Item", itemName + " (" + item + ")");
    line(text, "Requester", requesterName + " (" + requester + ")");
    line(text, "Reason", reason);
    line(text, "Ticket", ticket);
    line(text, "Start", start.map(Instant::toString).orElse("now"));
    line(text, "Duration", duration.toString());
    line(
        text,
        "Applies to",
        scope == ApprovalTerms.Scope.REQUESTER_ONLY ? "requester only" : "anyone permitted");
    line(text, "Asked at", askedAt.toString());
    line(text, "Decide by", decideBy.toString());
    line(text, "Status", status.name().toLowerCase(Locale.ROOT));
    line(text, "Comment", comment);
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      text.append(name)
          .append(": ")
          .append(value.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", " "))
          .append('\n');
    }
  }
}
