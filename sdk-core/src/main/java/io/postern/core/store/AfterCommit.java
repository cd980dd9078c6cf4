package io.postern.core.store;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what was to be run after a commit. */
final class AfterCommit {
  private static final Logger log = LoggerFactory.getLogger(AfterCommit.class);

  private AfterCommit() {}

  static void run(List<Runnable> actions) {
    for (Runnable action : actions) {
      try {
        action.run();
      } catch (RuntimeException e) {
        // The change is there; the caller must not be told that it failed.
        log.warn("an action after a commit failed; the commit stands", e);
      }
    }
  }
}
