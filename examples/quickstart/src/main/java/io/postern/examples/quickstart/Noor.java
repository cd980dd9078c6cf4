package io.postern.examples.quickstart;

import io.postern.Access;
import io.postern.PageRequest;
import io.postern.approval.AccessRequest;
import io.postern.notice.Notice;
import io.postern.text.Text;

/** An approver: whoever wants in needs her yes. */
final class Noor {
  private final Access access;
  private final Narrator narrator;

  Noor(Access access, Narrator narrator) {
    this.access = access;
    this.narrator = narrator;
  }

  void approves() {
    narrator.act("Noor, an approver, decides");
    Notice notice = access.inbox().unread(PageRequest.first()).only();
    narrator.tells("Noor", "reads in her inbox: \"%s\".", notice.subject());
    AccessRequest request = access.approvals().toDecide(PageRequest.first()).only();
    AccessRequest decided =
        access.approvals().approve(request.id(), "Go ahead; tell me what it was.");
    narrator.tells("Noor", "approves: \"%s\"", decided.comment());
    narrator.tells(
        "Postern",
        "request is %s; what is audited is written in the same transaction.",
        Text.words(decided.status()));
  }
}
