package io.postern.core.sweep;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A sweep whose failures stop nobody and fill no log. Used under the sweeper's lock. */
final class WatchedSweep {
  private static final Logger log = LoggerFactory.getLogger(WatchedSweep.class);

  private final Set<String> known = new HashSet<>();
  private final Sweep sweep;

  WatchedSweep(Sweep sweep) {
    this.sweep = sweep;
  }

  /** Its failure is for whoever opens Postern. */
  void begin() {
    sweep.begin();
  }

  boolean run() {
    try {
      boolean more = sweep.sweep();
      known.clear();
      return more;
    } catch (RuntimeException | Error e) {
      // An Error too: a thread that dies of one would stop all that time makes due.
      if (known.add(signature(e))) {
        log.warn("sweep '{}' failed and is tried again at each pass", sweep.name(), e);
      } else {
        log.debug("sweep '{}' failed again", sweep.name(), e);
      }
      return false;
    }
  }

  void close() {
    if (sweep instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        log.warn("sweep '{}' could not be closed", sweep.name(), e);
      }
    }
  }

  /** Type and place; the text often names another row each time. */
  private static String signature(Throwable fault) {
    StackTraceElement[] trace = fault.getStackTrace();
    return fault.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }
}
