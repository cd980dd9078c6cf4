package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Candidate;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.CredentialKind;
import io.postern.credential.NoAnswer;
import java.util.Set;
import java.util.stream.Collectors;

/** Which credential logs on: none, the one there is, or a choice (rule LOG-2). */
final class Candidacy {
  private Candidacy() {}

  /**
   * Those of the kinds that can be taken; no other is offered, nor fetched in vain (rule INJ-3).
   */
  static Candidates accepted(Candidates candidates, Set<CredentialKind> kinds) {
    return new Candidates(
        candidates.found().stream().filter(found -> kinds.contains(found.kind())).toList(),
        candidates.silent(),
        candidates.typingAllowed(),
        candidates.stale(),
        candidates.hidden());
  }

  /** The one that fits. */
  static CandidateId only(String itemName, Candidates candidates) {
    if (candidates.found().isEmpty()) {
      throw none(itemName, candidates);
    }
    if (candidates.found().size() > 1) {
      throw new PosternException(
          ErrorCode.CREDENTIAL_CHOICE_REQUIRED,
          candidates.found().size()
              + " credentials fit "
              + itemName
              + "; choose one of "
              + candidates.found().stream()
                  .limit(10)
                  .map(Candidate::id)
                  .map(CandidateId::toString)
                  .collect(Collectors.joining(", ")));
    }
    Candidate only = candidates.found().get(0);
    if (only.precedence() != Candidate.Precedence.ITEM && !candidates.silent().isEmpty()) {
      // A closer one may be with who did not answer; what is farther off must be asked for by name.
      throw new PosternException(
          ErrorCode.CREDENTIAL_CHOICE_REQUIRED,
          "only "
              + only.id()
              + " was found for "
              + itemName
              + ", and there is no answer from "
              + silent(candidates)
              + ", who may have a closer one; choose it, or try again later");
    }
    return only.id();
  }

  private static String silent(Candidates candidates) {
    return candidates.silent().stream().map(NoAnswer::manager).collect(Collectors.joining(", "));
  }

  static PosternException none(String itemName, Candidates candidates) {
    String silent = silent(candidates);
    return new PosternException(
        ErrorCode.CREDENTIAL_REQUIRED,
        "no credential fits "
            + itemName
            + (silent.isEmpty() ? "" : " (no answer from " + silent + ")")
            + (candidates.typingAllowed()
                ? "; type user name and password"
                : "; the policy forbids typing one, so ask for a credential to be provided"));
  }
}
