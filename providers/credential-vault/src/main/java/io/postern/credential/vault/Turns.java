package io.postern.credential.vault;

import io.postern.spi.credential.ProviderException.Failure;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Lets one thread at a time do something about a key. Safe for use by several threads. */
final class Turns {
  private final Faults faults;
  private final Set<String> taken = new HashSet<>();

  Turns(Faults faults) {
    this.faults = faults;
  }

  /** Waits for the turn, which has to be given back. */
  synchronized void take(String key, TimeLimit limit) {
    while (taken.contains(key)) {
      long left = limit.nanosLeft();
      if (left == 0) {
        throw notInTime(key, "another thread has the turn");
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw notInTime(key, "interrupted while another thread had the turn");
      }
    }
    taken.add(key);
  }

  synchronized void give(String key) {
    taken.remove(key);
    notifyAll();
  }

  private RuntimeException notInTime(String key, String why) {
    return faults.of(
        Failure.TIMED_OUT,
        true,
        "somebody else is checking credential '" + key + "' out; try again",
        why,
        null);
  }
}
