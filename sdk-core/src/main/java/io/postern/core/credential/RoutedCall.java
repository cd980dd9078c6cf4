package io.postern.core.credential;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.credential.CallOrder.Way;
import io.postern.core.credential.HeldCalls.Limit;
import io.postern.core.credential.Tries.Try;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a manager, made on its members one after the other until one answers (rules ECM-8,
 * ECM-9). One time limit holds for all of it (rule ECM-6).
 *
 * @param <C> what a member must be able to do for it
 */
final class RoutedCall<C, T extends @Nullable Object> {
  private static final Logger log = LoggerFactory.getLogger(RoutedCall.class);

  private final String manager;
  private final CallOrder<C, T> order;
  private final CallTimer timer;
  private final Limit limit;
  private final long shareNanos;
  private final Runnable leave;
  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private final Tries<T> tries;

  /**
   * @param members who can do it, in order
   * @param leave runs when every try is over
   */
  RoutedCall(
      String manager,
      CallOrder<C, T> order,
      List<Member> members,
      CallTimer timer,
      Limit limit,
      Runnable leave) {
    this.manager = manager;
    this.order = order;
    this.timer = timer;
    this.limit = limit;
    this.leave = leave;
    this.tries = new Tries<>(members);
    this.shareNanos = (limit.giveUpAt() - System.nanoTime()) / Math.max(1, members.size());
  }

  /** Asks the first member. */
  RoutedCall<C, T> begin() {
    next();
    ended();
    return this;
  }

  /**
   * Asks the next member that takes the call; without any, the call has failed as soon as nobody is
   * asked any more.
   */
  private void next() {
    boolean taken = false;
    while (!taken && System.nanoTime() - limit.giveUpAt() < 0 && !answer.isDone()) {
      Optional<Member> member = tries.next();
      if (member.isEmpty()) {
        break;
      }
      taken = takes(member.get());
    }
    if (!taken && !tries.mayAnswer()) {
      PosternException failure = tries.failure().orElseGet(this::nobody);
      nothingMore();
      answer.completeExceptionally(failure);
    }
  }

  private boolean takes(Member member) {
    long epoch = member.standing().epoch();
    HeldCall<T> held;
    try {
      C able = member.capability(order.capability()).orElseThrow();
      held =
          member
              .calls()
              .start(
                  order.what(),
                  () -> order.call().on(able, limit.deadline()),
                  order.late(),
                  this::ended,
                  limit);
    } catch (PosternException e) {
      // All its places are taken, or it is closed: nothing happened, and it is not lost.
      tries.refused(e);
      return false;
    } catch (Error e) {
      // No thread could be made for it, so nothing happened; whoever waits must learn of it.
      tries.refused(
          ProviderException.withoutEffect(
              Failure.THROTTLED,
              "credential manager '" + manager + "' could not be asked from here; try again later",
              String.valueOf(e),
              e));
      return false;
    }
    asked(new Try<>(member, epoch, System.nanoTime(), held));
    return true;
  }

  private PosternException nobody() {
    return HeldCall.brokenContract(
        manager, order.what(), "it has no " + order.capability().getSimpleName(), null);
  }

  private void asked(Try<T> one) {
    boolean mayHedge = tries.asked(one) && order.way() == Way.READ;
    one.held()
        .whenDone(
            (result, fault) -> {
              if (fault == null) {
                answered(one, result);
              } else {
                failed(one, fault);
              }
            });
    if (answer.isDone()) {
      // Somebody answered or gave up while this one was being asked.
      dropSilent(HeldCall.tooLate(manager, order.what(), "was not waited for", ""), each -> false);
    } else if (mayHedge) {
      later(shareNanos, () -> hedge(one));
    }
  }

  /** A member that keeps silent is not waited for alone, where asking twice harms nothing. */
  private void hedge(Try<T> one) {
    if (!tries.isSilent(one)) {
      return;
    }
    log.debug(
        "call goes on beside manager={} call={} silent={}", manager, order.what(), one.member());
    next();
  }

  private void later(long nanos, Runnable work) {
    Future<?> waiting = timer.in(nanos, work);
    CompletableFuture<T> unused = answer.whenComplete((result, thrown) -> waiting.cancel(false));
  }

  private void answered(Try<T> one, T result) {
    List<Try<T>> overtaken = tries.answered(one);
    PosternException why =
        HeldCall.tooLate(manager, order.what(), "did not answer before another member did", "");
    // Before the answer is known, so that who gets it can make the next call in the new order.
    one.member().standing().answered(one.epoch());
    overtaken.forEach(each -> each.member().standing().failed(each.epoch(), why));
    if (!answer.isDone()) {
      nothingMore();
    }
    if (!answer.complete(result)) {
      order.late().accept(result);
    }
    dropSilent(why, each -> false);
  }

  private void failed(Try<T> one, PosternException fault) {
    if (!tries.failed(one, fault)) {
      return; // it was given up, and whoever did that has seen to the rest
    }
    if (isOfMember(fault)) {
      one.member().standing().failed(one.epoch(), fault);
      if (mayGoOnAfter(fault)) {
        log.debug(
            "call goes on manager={} call={} from={} code={}",
            manager,
            order.what(),
            one.member(),
            fault.code());
        next();
        return;
      }
    }
    // The store's own answer, a plug-in that would do the same elsewhere, or who knows what
    // happened.
    nothingMore();
    answer.completeExceptionally(fault);
    dropSilent(
        HeldCall.tooLate(manager, order.what(), "did not answer before another member did", ""),
        each -> false);
  }

  /** Gives up those that nobody waits for any more; {@code lost} are those that are lost by it. */
  private void dropSilent(PosternException why, Predicate<Try<T>> lost) {
    for (Try<T> one : tries.giveUp()) {
      if (lost.test(one)) {
        one.member().standing().failed(one.epoch(), why);
      }
      one.held().abandon(why);
    }
  }

  /** Whether it says that the member is lost, rather than what the store has to say. */
  private static boolean isOfMember(PosternException fault) {
    return fault.code() == ErrorCode.CREDENTIAL_UNAVAILABLE
        || fault.code() == ErrorCode.CREDENTIAL_TIMED_OUT;
  }

  private boolean mayGoOnAfter(PosternException fault) {
    return order.way() != Way.ONCE
        || (fault instanceof ProviderException known && known.isWithoutEffect());
  }

  /**
   * Says that all is over before the answer is known, where nobody else is asked: who gets the
   * answer may give back at once what was lent.
   */
  private void nothingMore() {
    if (tries.isOverNow()) {
      order.over().run();
    }
  }

  /** A thread of this call is through. */
  private void ended() {
    if (tries.endedWithThis()) {
      try {
        nothingMore();
      } finally {
        leave.run();
      }
    }
  }

  /**
   * The answer, or what the last member failed with.
   *
   * @throws PosternException CREDENTIAL_TIMED_OUT when there is none in time; PLUGIN_FAILED
   */
  T await() {
    try {
      return answer.get(Math.max(0, limit.giveUpAt() - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      giveUp("did not answer in time", "", true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp("was not waited for", "the waiting thread was interrupted", false);
    } catch (ExecutionException e) {
      throw (PosternException) requireNonNull(e.getCause());
    }
    return given();
  }

  /**
   * Lets it go on with nobody waiting, within its time.
   *
   * @param failed told of the failure, if it comes to one
   */
  void unattended(Consumer<PosternException> failed) {
    CompletableFuture<T> unused =
        answer.whenComplete(
            (result, thrown) -> {
              if (thrown instanceof PosternException failure) {
                failed.accept(failure);
              }
            });
    later(limit.giveUpAt() - System.nanoTime(), () -> giveUp("did not answer in time", "", true));
  }

  /** What it has come to by now. */
  private T given() {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw (PosternException) requireNonNull(e.getCause());
    }
  }

  private void giveUp(String text, String logText, boolean tooLate) {
    ProviderException fault = HeldCall.tooLate(manager, order.what(), text, logText);
    if (answer.completeExceptionally(fault)) {
      // One that was asked at the last moment had no chance.
      long since = System.nanoTime() - shareNanos / 2;
      boolean mayBeLost = tooLate && !order.elsewhere().getAsBoolean();
      dropSilent(fault, one -> mayBeLost && one.begunAt() - since <= 0);
    }
  }
}
