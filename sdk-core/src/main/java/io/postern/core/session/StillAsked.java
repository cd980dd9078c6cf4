package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.approval.Requests;
import io.postern.core.jump.Judge.Admission;
import io.postern.core.store.Tx;
import io.postern.jump.JumpPolicy;
import jakarta.inject.Inject;

/**
 * Holds a session that has not begun against the terms of now: what changed since it was asked for
 * may demand an approval that it has not, or lead somewhere that nobody approved (rule SCH-4).
 */
final class StillAsked {
  private final Requests requests;

  @Inject
  StillAsked(Requests requests) {
    this.requests = requests;
  }

  /**
   * Returns when the session may begin as it was asked for.
   *
   * @throws PosternException NOT_PERMITTED saying what changed
   */
  void require(Tx tx, SessionRow row, Admission admission) {
    JumpPolicy terms = admission.terms();
    if (row.request().isPresent()) {
      if (!requests.holds(tx, row.request().get(), admission.item())) {
        throw refused(
            row,
            "approval "
                + row.request().get()
                + " does not hold any more, or was given for another endpoint");
      }
    } else if (terms.approval().isPresent()) {
      throw refused(row, "policy '" + terms.name() + "' demands an approval by now");
    }
    if (row.course().duration().compareTo(terms.maxDuration()) > 0) {
      throw refused(
          row, "policy '" + terms.name() + "' allows " + terms.maxDuration() + " at most by now");
    }
  }

  private static PosternException refused(SessionRow row, String why) {
    return new PosternException(
        ErrorCode.NOT_PERMITTED,
        "session " + row.id() + " on " + row.itemName() + " cannot begin: " + why + "; ask anew");
  }
}
