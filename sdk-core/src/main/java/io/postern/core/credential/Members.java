package io.postern.core.credential;

import static java.util.Comparator.comparing;

import io.postern.PosternException;
import io.postern.spi.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The instances that form one manager at a time (rule ECM-8). Safe for use by several threads.
 *
 * <p>Calls enter and leave, so that a group whose place another one took is closed when the last of
 * them is through.
 */
final class Members {
  private static final Comparator<Standing.View> FIRST =
      comparing((Standing.View view) -> !view.usable()).thenComparing(Standing.View::epoch);

  private final List<Member> all;
  private final long closingNanos;
  private int underWay;
  private boolean retired;

  /**
   * @param closingNanos how long all of them together have to close
   */
  Members(List<Member> all, long closingNanos) {
    this.all = List.copyOf(all);
    this.closingNanos = closingNanos;
  }

  List<Member> all() {
    return all;
  }

  List<Settings> settings() {
    return all.stream().map(Member::settings).toList();
  }

  /**
   * Those that can do it, in the order in which they are asked: the connected ones first, the one
   * that has been so the longest before the others; then those that are lost, the longest lost
   * first, because one of them may be back and nobody knows yet.
   */
  List<Member> inOrder(Class<?> capability) {
    record Placed(Member member, Standing.View view) {}
    return all.stream()
        .filter(member -> member.capability(capability).isPresent())
        .map(member -> new Placed(member, member.standing().view()))
        .sorted(comparing(Placed::view, FIRST))
        .map(Placed::member)
        .toList();
  }

  boolean anyUsable() {
    return all.stream().anyMatch(member -> member.standing().view().usable());
  }

  /** A call begins; false when the group has been replaced or closed. */
  synchronized boolean enter() {
    if (retired) {
      return false;
    }
    underWay++;
    return true;
  }

  /** A call is over. */
  synchronized void leave() {
    underWay--;
    notifyAll();
  }

  /** Lets no call in any more. */
  synchronized void retire() {
    retired = true;
    notifyAll();
  }

  /** Returns when the last call is through, or when {@code nanos} have passed. */
  synchronized void awaitIdle(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    long left = nanos;
    while (underWay > 0 && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = end - System.nanoTime();
    }
  }

  /**
   * Ends calls under way, then the instances, all at once, then their secrets; a plug-in that hangs
   * is left behind. Harmless when done twice.
   *
   * @param kept settings of others whose secrets stay open
   * @return what went wrong
   */
  List<PosternException> close(Collection<Settings> kept) {
    retire();
    all.forEach(Member::beginClosing);
    long deadline = System.nanoTime() + closingNanos;
    List<PosternException> failures = new ArrayList<>();
    for (Member member : all) {
      member.awaitClosed(deadline).ifPresent(failures::add);
    }
    settings().forEach(settings -> settings.closeSecretsNotIn(kept));
    return failures;
  }
}
