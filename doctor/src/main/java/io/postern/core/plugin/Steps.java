package io.postern.core.plugin;

import io.postern.PosternException;
import io.postern.spi.credential.ProviderException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Runs steps of a plug-in's code as the host does: on a thread of its own, for a limited time. */
record Steps(ClassLoader loader, Findings findings) {
  <T> T run(String what, Callable<T> step) {
    try {
      T answer = new HeldStep("doctor", loader, HeldStep.LIMIT).run(step);
      if (answer == null) {
        throw failed(what + " gave null", "give an answer, or throw a ProviderException");
      }
      return answer;
    } catch (HeldStep.FailedException e) {
      Optional<String> missing = missing(e.thrown());
      throw missing.isPresent()
          ? failed(
              what + ": the class " + missing.get() + " is not there",
              "put the library that has it beside the plug-in's jar")
          : failed(what + ": " + why(e), e.thrown() == null ? "keep the deadline" : "");
    }
  }

  private FailedException failed(String text, String todo) {
    findings.wrong(text, todo);
    return new FailedException();
  }

  /** The class that Java looked for; nothing when it says anything else than a class's name. */
  private static Optional<String> missing(@Nullable Throwable thrown) {
    return thrown instanceof NoClassDefFoundError
        ? Optional.ofNullable(thrown.getMessage())
            .filter(name -> name.matches("[\\w$]+(/[\\w$]+)+"))
            .map(name -> name.replace('/', '.'))
        : Optional.empty();
  }

  /** A foreign exception is told by its kind and place: its text may hold a secret. */
  private static String why(HeldStep.FailedException failure) {
    Throwable thrown = failure.thrown();
    if (thrown == null || thrown instanceof PosternException) {
      return thrown instanceof ProviderException known
          ? known.failure() + ": " + known.getMessage() + " " + known.logText()
          : String.valueOf(failure.getMessage());
    }
    StackTraceElement[] frames = thrown.getStackTrace();
    return "it threw "
        + thrown.getClass().getName()
        + (frames.length == 0 ? "" : " at " + frames[0])
        + ", which is none of the failures that it may have";
  }

  /** Ends what depends on a step that failed. */
  static final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FailedException() {
      super("a step failed", null, false, false);
    }
  }
}
