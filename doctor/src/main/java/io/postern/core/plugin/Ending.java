package io.postern.core.plugin;

import java.util.List;

/** Closes an instance twice, which must be harmless, and looks for threads that it left. */
record Ending(Steps steps, Findings findings) {
  private static final long JOIN_MILLIS = 2_000;

  void of(Runnable close) {
    try {
      steps.run("close", () -> closed(close));
      steps.run("a second close", () -> closed(close));
      List<Thread> left = left();
      if (left.isEmpty()) {
        findings.good("it closes, and leaves nothing running");
      }
      for (Thread thread : left) {
        findings.wrong(
            "the thread '" + thread.getName() + "' still runs after it was closed",
            "end it in close: it keeps the plug-in's class loader for ever");
      }
    } catch (Steps.FailedException e) {
      // It was said when it failed.
    }
  }

  private static boolean closed(Runnable close) {
    close.run();
    return true;
  }

  /** Threads of the plug-in that do not end soon; those that are just ending are waited for. */
  private List<Thread> left() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread != Thread.currentThread() && isOfPlugin(thread))
        .filter(Ending::staysAlive)
        .toList();
  }

  private boolean isOfPlugin(Thread thread) {
    return !thread.getName().startsWith("postern-")
        && (thread.getContextClassLoader() == steps.loader()
            || thread.getClass().getClassLoader() == steps.loader());
  }

  private static boolean staysAlive(Thread thread) {
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return thread.isAlive();
  }
}
