package io.postern.core.credential;

import io.postern.PosternException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who of a manager's members is still to be asked in one call, who is being asked and who keeps
 * silent. Safe for use by several threads; nothing foreign runs under its lock.
 */
final class Tries<T extends @Nullable Object> {
  /** One member that was asked, in the connection that it had then. */
  record Try<T extends @Nullable Object>(
      Member member, long epoch, long begunAt, HeldCall<T> held) {}

  private final Deque<Member> untried;
  private final List<Try<T>> silent = new ArrayList<>();
  private int asking;
  private int threads = 1; // the one that begins, so that nothing is over before it has begun
  private boolean over;
  private boolean left;
  private @Nullable PosternException failure;

  Tries(List<Member> members) {
    untried = new ArrayDeque<>(members);
  }

  /** The next member, which is being asked from now on. */
  synchronized Optional<Member> next() {
    Member member = untried.poll();
    if (member != null) {
      asking++;
      threads++;
    }
    return Optional.ofNullable(member);
  }

  /** Whether anybody may still answer. */
  synchronized boolean mayAnswer() {
    return asking > 0 || !silent.isEmpty();
  }

  /** A member did not take the call. */
  synchronized void refused(PosternException refusal) {
    asking--;
    threads--;
    if (failure == null) {
      failure = refusal;
    }
  }

  /**
   * A member took the call, and keeps silent for now.
   *
   * @return whether there are others that were not asked
   */
  synchronized boolean asked(Try<T> one) {
    asking--;
    silent.add(one);
    return !untried.isEmpty();
  }

  synchronized boolean isSilent(Try<T> one) {
    return silent.contains(one);
  }

  /** A member answered; gives those that were asked before it and keep silent. */
  synchronized List<Try<T>> answered(Try<T> one) {
    silent.remove(one);
    return silent.stream().filter(each -> each.begunAt() - one.begunAt() < 0).toList();
  }

  /** A member failed; false when it was given up before. */
  synchronized boolean failed(Try<T> one, PosternException fault) {
    boolean mine = silent.remove(one);
    if (mine) {
      failure = fault;
    }
    return mine;
  }

  /** What the call has failed with so far. */
  synchronized Optional<PosternException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Those that keep silent, of whom nothing is expected any more. */
  synchronized List<Try<T>> giveUp() {
    List<Try<T>> dropped = List.copyOf(silent);
    silent.clear();
    return dropped;
  }

  /** True once, when nobody may answer any more. */
  synchronized boolean isOverNow() {
    if (over || mayAnswer()) {
      return false;
    }
    over = true;
    return true;
  }

  /** A thread of this call is through; true once, for the last of them. */
  synchronized boolean endedWithThis() {
    threads--;
    if (threads > 0 || left) {
      return false;
    }
    left = true;
    return true;
  }
}
