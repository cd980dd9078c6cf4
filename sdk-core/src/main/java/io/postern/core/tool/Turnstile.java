package io.postern.core.tool;

import java.util.HashSet;
import java.util.Set;

/**
 * The way past the gate for the output of one shell or command. Closing it gets back the threads
 * that wait there while the session is frozen. Safe for use by several threads.
 */
final class Turnstile {
  private final Gate gate;
  private final Set<Thread> waiting = new HashSet<>();
  private boolean closed;

  Turnstile(Gate gate) {
    this.gate = gate;
  }

  /** Waits while the session is frozen; false once it, or what this belongs to, has ended. */
  boolean pass() {
    Thread passing = Thread.currentThread();
    synchronized (waiting) {
      if (closed) {
        return false;
      }
      waiting.add(passing);
    }
    boolean open = false;
    try {
      open = gate.awaitOpen();
    } finally {
      synchronized (waiting) {
        waiting.remove(passing);
        if (closed) {
          // The interrupt was ours. Left standing, it would close the file of the recording.
          Thread.interrupted();
          open = false;
        }
      }
    }
    return open;
  }

  /** Lets nothing pass any more. Harmless when done twice. */
  void close() {
    synchronized (waiting) {
      closed = true;
      waiting.forEach(Thread::interrupt);
    }
  }
}
