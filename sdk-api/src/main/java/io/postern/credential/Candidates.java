package io.postern.credential;

import java.util.List;

/**
 * The credentials that fit a person and an item, the closest match first, without secrets.
 *
 * @param found those that fit; each id names the manager it came from
 * @param silent the managers that did not answer, so that more may fit than are listed
 * @param typingAllowed whether the person may type an own credential instead
 */
public record Candidates(List<Candidate> found, List<NoAnswer> silent, boolean typingAllowed) {
  public Candidates {
    found = List.copyOf(found);
    silent = List.copyOf(silent);
  }
}
