package io.postern;

import io.postern.approval.DecisionToken;
import io.postern.approval.EmailedDecision;
import io.postern.person.PersonId;

/**
 * The door to privileged access: one for each store in a process.
 *
 * <p>Every act goes through a person ({@link #as}), so that a check cannot be forgotten. Safe for
 * use by several threads.
 */
public interface Postern extends AutoCloseable {
  /**
   * Postern as this person, whom the host has authenticated, may use it. Does not ask the directory
   * yet.
   */
  Access as(PersonId person);

  /** Short for {@code as(PersonId.of(person))}. */
  default Access as(String person) {
    return as(PersonId.of(person));
  }

  /**
   * The request that a link in a notice leads to, for somebody who is known only by e-mail (rule
   * REQ-1).
   *
   * @throws PosternException DECISION_TOKEN_INVALID, the same for every cause
   */
  EmailedDecision emailedDecision(DecisionToken token);

  /**
   * Ends live connections of this process, seals their recordings, finishes what is under way, and
   * lets go of threads, files and plug-ins, in the reverse order of their making. Sessions that had
   * connections here end as interrupted. Blocks for as long as that takes: seconds, and about a
   * minute where plug-ins and running work do not end and are left behind. Harmless when done
   * twice; afterwards every call throws CLOSED.
   */
  @Override
  void close();
}
