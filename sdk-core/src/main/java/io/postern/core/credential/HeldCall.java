package io.postern.core.credential;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a plug-in that runs on a thread of its manager, and that nobody waits for longer than
 * its limit (rule ECM-6).
 *
 * <p>Either the waiter gets the answer, or, once it has given up, the {@code late} consumer does:
 * an answer is never lost, because it may hold a secret and a lease.
 */
final class HeldCall<T extends @Nullable Object> implements Runnable {
  /** Stands in for what a plug-in threw: its frames, without its text, which may hold a secret. */
  private static final class Foreign extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Foreign(Throwable thrown) {
      super(thrown.getClass().getName(), null, false, true);
      setStackTrace(thrown.getStackTrace());
    }
  }

  private static final Logger log = LoggerFactory.getLogger(HeldCall.class);

  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private final String manager;
  private final String what;
  private final Supplier<T> call;
  private final Consumer<T> late;
  private final Runnable free;
  private final Runnable over;
  private final ClassLoader loader;
  private final long giveUpAt;

  /** What a waiter waits for: the answer, once who wanted to be told of it has been. */
  private volatile CompletableFuture<T> told = answer;

  private volatile boolean returned;
  private @Nullable Thread runner;

  HeldCall(
      String manager,
      String what,
      Supplier<T> call,
      Consumer<T> late,
      Runnable free,
      Runnable over,
      ClassLoader loader,
      long giveUpAt) {
    this.manager = manager;
    this.what = what;
    this.call = call;
    this.late = late;
    this.free = free;
    this.over = over;
    this.loader = loader;
    this.giveUpAt = giveUpAt;
  }

  @Override
  public void run() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      T result;
      try {
        if (!begin(thread)) {
          return;
        }
        result = call.get();
      } finally {
        end();
      }
      if (!answer.complete(result)) {
        late.accept(result);
      }
    } catch (Throwable thrown) {
      // Also an Error: a plug-in that lacks a class must not end a thread that others wait for.
      PosternException fault = fault(thrown);
      if (!answer.completeExceptionally(fault)) {
        log.debug("late failure manager={} call={} code={}", manager, what, fault.code());
      }
    } finally {
      over.run();
      thread.setContextClassLoader(before);
    }
  }

  /** False when it was given up before it had begun: then nothing is called. */
  private synchronized boolean begin(Thread thread) {
    if (answer.isDone()) {
      return false;
    }
    runner = thread;
    return true;
  }

  /**
   * From here on no interrupt comes: it was meant for the plug-in, not for who handles its answer.
   */
  private void end() {
    synchronized (this) {
      runner = null;
      returned = true;
      Thread.interrupted();
    }
    // Before the answer is known, so that who gets it can make the next call at once.
    free.run();
  }

  private synchronized void interrupt() {
    if (runner != null) {
      runner.interrupt();
    }
  }

  /**
   * The answer, or the plug-in's {@link ProviderException}.
   *
   * @throws PosternException CREDENTIAL_TIMED_OUT when there is none in time; PLUGIN_FAILED when
   *     something else than a ProviderException was thrown
   */
  T await() {
    try {
      return told.get(Math.max(0, giveUpAt - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return giveUp("did not answer in time", "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return giveUp("was not waited for", "the waiting thread was interrupted");
    } catch (ExecutionException e) {
      throw unwrap(e);
    }
  }

  /**
   * Tells {@code done} of the answer, or of the failure, as soon as there is one, and before a
   * waiter gets it; on the thread that knows it first, or on this one when it is there already.
   * Asked for once, by who began the call, before anybody waits.
   *
   * @param done must neither block nor throw
   */
  void whenDone(BiConsumer<T, @Nullable PosternException> done) {
    told =
        answer.whenComplete(
            (result, thrown) ->
                done.accept(result, thrown == null ? null : (PosternException) thrown));
  }

  /** Whether the plug-in has returned, however long nobody has waited for it any more. */
  boolean isOver() {
    return returned && told.isDone();
  }

  /** Whether its time has passed without an answer. */
  boolean isLate() {
    return !answer.isDone() && System.nanoTime() - giveUpAt >= 0;
  }

  /** Ends the waiting with {@code fault} and interrupts the plug-in, unless it has answered. */
  boolean abandon(PosternException fault) {
    boolean first = answer.completeExceptionally(fault);
    if (first) {
      interrupt();
    }
    return first;
  }

  /** Nobody waits longer than this for {@code what}. */
  static ProviderException tooLate(String manager, String what, String text, String logText) {
    return ProviderException.effectUnknown(
        Failure.TIMED_OUT,
        "credential manager '" + manager + "' " + text + " (" + what + "); try again",
        logText,
        null);
  }

  private T giveUp(String text, String logText) {
    ProviderException fault = tooLate(manager, what, text, logText);
    if (abandon(fault)) {
      throw fault;
    }
    try {
      // It answered in the very moment of giving up; who is told first is about to be through.
      return told.join();
    } catch (CompletionException e) {
      throw unwrap(e);
    }
  }

  private static PosternException unwrap(Exception wrapped) {
    return (PosternException) requireNonNull(wrapped.getCause());
  }

  private PosternException fault(Throwable thrown) {
    if (thrown instanceof ProviderException known) {
      log.debug(
          "manager={} call={} failure={} log={}", manager, what, known.failure(), known.logText());
      return known;
    }
    if (thrown instanceof BrokenAnswer broken) {
      return brokenContract(manager, what, broken.what(), null);
    }
    return brokenContract(
        manager, what, "it threw " + thrown.getClass().getName(), new Foreign(thrown));
  }

  static PosternException brokenContract(
      String manager, String what, String how, @Nullable Throwable cause) {
    return new PosternException(
        ErrorCode.PLUGIN_FAILED,
        "the plug-in of credential manager '"
            + manager
            + "' broke its contract ("
            + what
            + "): "
            + how
            + "; tell its vendor",
        cause);
  }

  /** Thrown inside a held call for an answer that no plug-in may give. */
  static final class BrokenAnswer extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;

    BrokenAnswer(String what) {
      super(what, null, false, false);
      this.what = what;
    }

    String what() {
      return what;
    }
  }
}
