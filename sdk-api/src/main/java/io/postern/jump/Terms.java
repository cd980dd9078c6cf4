package io.postern.jump;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a person is told before asking for access (rule REQ-2).
 *
 * @param policyName the name of the jump policy
 * @param description its description
 * @param reason whether a reason must be given
 * @param ticket whether a ticket number must be given
 * @param defaultDuration how long a session lasts when nothing is said
 * @param maxDuration how long at most
 * @param approvers who decides, in words; empty when nobody needs to
 * @param scope to whom an approval applies; empty when none is needed
 * @param typingAllowed whether one may type a credential of one's own
 */
public record Terms(
    String policyName,
    String description,
    JumpPolicy.Demand reason,
    JumpPolicy.Demand ticket,
    Duration defaultDuration,
    Duration maxDuration,
    List<String> approvers,
    Optional<ApprovalTerms.Scope> scope,
    boolean typingAllowed) {
  public Terms {
    approvers = List.copyOf(approvers);
  }
}
