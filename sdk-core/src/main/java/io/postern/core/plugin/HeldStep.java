package io.postern.core.plugin;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a step of a plug-in's code on a thread of its own for a limited time: what hangs, or throws
 * whatever it likes, is told as a text.
 */
final class HeldStep {
  /** Why a step gave nothing; a text without any class of the plug-in's. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Throwable thrown;

    FailedException(String why, @Nullable Throwable thrown) {
      super(why, null, false, false);
      this.thrown = thrown;
    }

    /**
     * What the plug-in threw; null when it hung. Not to be kept: it may be of the plug-in's own.
     */
    @Nullable Throwable thrown() {
      return thrown;
    }
  }

  /** How long a plug-in may take over what needs no store. */
  static final Duration LIMIT = Duration.ofSeconds(15);

  private static final int LONGEST = 300;

  private final String plugin;
  private final ClassLoader loader;
  private final Duration limit;

  HeldStep(String plugin, ClassLoader loader, Duration limit) {
    this.plugin = plugin;
    this.loader = loader;
    this.limit = limit;
  }

  <T> T run(Callable<T> step) throws FailedException {
    FutureTask<T> task = new FutureTask<>(step);
    Thread thread = new Thread(task, "postern-plugin-" + plugin);
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new FailedException("it did not return within " + limit, null);
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new FailedException("it was not waited for, the thread was interrupted", null);
    } catch (ExecutionException e) {
      throw new FailedException(why(e.getCause()), e.getCause());
    }
  }

  /** What was thrown and what brought it about. */
  static String why(@Nullable Throwable thrown) {
    StringBuilder text = new StringBuilder();
    Throwable one = thrown;
    for (int depth = 0; one != null && depth < 4; depth++) {
      text.append(text.isEmpty() ? "" : ", because of ").append(one.getClass().getName());
      String message = message(one);
      if (!message.isEmpty()) {
        text.append(": ").append(message);
      }
      one = one.getCause();
    }
    return text.toString();
  }

  private static String message(Throwable thrown) {
    try {
      String text = String.valueOf(thrown.getMessage()).replaceAll("\\p{Cntrl}", " ");
      return thrown.getMessage() == null ? "" : text.substring(0, Math.min(LONGEST, text.length()));
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      return "(no text)"; // a plug-in's exception may be broken, too
    }
  }
}
