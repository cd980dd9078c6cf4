package io.postern.core.approval;

import io.postern.approval.Approvals;
import io.postern.approval.DecisionToken;
import io.postern.approval.EmailedDecision;
import io.postern.person.PersonId;

/** Makes what people see of requests. */
public interface ApprovalServices {
  /** Requests as this person sees them. */
  Approvals approvals(PersonId person);

  /** The request a link leads to; DECISION_TOKEN_INVALID for every token that leads nowhere. */
  EmailedDecision emailed(DecisionToken token);
}
