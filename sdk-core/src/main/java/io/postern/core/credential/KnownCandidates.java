package io.postern.core.credential;

import static java.util.Comparator.comparing;

import io.postern.PosternException;
import io.postern.credential.Candidate;
import io.postern.credential.CandidateId;
import java.util.List;
import java.util.Optional;

/**
 * What a manager answered once, and for how long that holds; times in milliseconds since 1970.
 *
 * @param found without secrets and without holders, who are looked up each time
 * @param complete whether that is all that it answered
 * @param at when it answered
 * @param freshUntil it is not asked again before, unless something happens to a credential in it
 * @param triedUntil it is not asked again before where a stale answer will do
 * @param failure why the last try to get a newer answer failed
 */
record KnownCandidates(
    List<Candidate> found,
    boolean complete,
    long at,
    long freshUntil,
    long triedUntil,
    Optional<PosternException> failure) {
  /** More than anybody can choose from: of a longer list the closest are kept. */
  static final int MOST = 1_000;

  /** Nobody whose credential was just put into a store waits long for it. */
  private static final long MOST_NONE_MILLIS = 5_000;

  static KnownCandidates answered(List<Candidate> found, long now, long freshMillis) {
    boolean complete = found.size() <= MOST;
    long fresh = found.isEmpty() ? Math.min(freshMillis, MOST_NONE_MILLIS) : freshMillis;
    return new KnownCandidates(
        complete
            ? List.copyOf(found)
            : found.stream().sorted(comparing(Candidate::precedence)).limit(MOST).toList(),
        complete,
        now,
        now + fresh,
        now,
        Optional.empty());
  }

  /** All of a long list, for one look. */
  static KnownCandidates whole(List<Candidate> found) {
    return new KnownCandidates(List.copyOf(found), true, 0, 0, 0, Optional.empty());
  }

  /** A clock that was set back makes nothing last longer. */
  boolean isFresh(long now) {
    return now < freshUntil && now >= at;
  }

  boolean wasTried(long now) {
    return now < triedUntil && failure.isPresent();
  }

  boolean mayBeShown(long now, long staleMillis) {
    return now >= at && now - at < staleMillis;
  }

  KnownCandidates outdated() {
    return new KnownCandidates(found, complete, at, at, at, failure);
  }

  KnownCandidates tried(PosternException why, long until) {
    return new KnownCandidates(found, complete, at, at, until, Optional.of(why));
  }

  boolean has(CandidateId id) {
    return find(id).isPresent();
  }

  Optional<Candidate> find(CandidateId id) {
    return found.stream().filter(candidate -> candidate.id().equals(id)).findFirst();
  }
}
