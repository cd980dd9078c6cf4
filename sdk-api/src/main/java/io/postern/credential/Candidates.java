package io.postern.credential;

import java.util.List;

/**
 * The credentials that fit a person and an item, the closest match first, without secrets.
 *
 * @param found those that fit; each id names the manager it came from
 * @param silent the managers that did not answer, so that more may fit than are listed
 * @param typingAllowed whether the person may type an own credential instead
 * @param stale the managers that did not answer now, and whose last good answer is shown instead
 *     (rule ECM-10)
 * @param hidden those that are matched too and not offered, because closer ones are there (rules
 *     LOG-5, CAT-11)
 */
public record Candidates(
    List<Candidate> found,
    List<NoAnswer> silent,
    boolean typingAllowed,
    List<StaleAnswer> stale,
    List<HiddenCandidate> hidden) {
  public Candidates {
    found = List.copyOf(found);
    silent = List.copyOf(silent);
    stale = List.copyOf(stale);
    hidden = List.copyOf(hidden);
  }

  /** As answered now, with nothing hidden. */
  public Candidates(List<Candidate> found, List<NoAnswer> silent, boolean typingAllowed) {
    this(found, silent, typingAllowed, List.of(), List.of());
  }
}
