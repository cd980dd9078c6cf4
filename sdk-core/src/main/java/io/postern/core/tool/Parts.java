package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.session.Tool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What runs over one connection. Safe for use by several threads. */
final class Parts {
  /** Each shell holds a thread and up to 256 KiB; an endpoint rarely grants more than ten. */
  static final int MAX_SHELLS = 64;

  private final Set<Part> open = new LinkedHashSet<>();
  private final Set<String> shellNames = new HashSet<>();
  private @Nullable Ending closed;

  /** Takes a shell's name until it is released. */
  synchronized void reserve(String name, String session) {
    if (shellNames.size() >= MAX_SHELLS) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "session %s has %d open shells on this connection, which is the most; close one of them"
              .formatted(session, MAX_SHELLS));
    }
    if (!shellNames.add(name)) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "session %s has an open shell '%s' on this connection; close it or choose another name"
              .formatted(session, name));
    }
  }

  synchronized void release(String name) {
    shellNames.remove(name);
  }

  /** Takes a part in; once {@link #close} ran it is stopped instead, and must not begin. */
  boolean add(Part part) {
    Ending why;
    synchronized (this) {
      why = closed;
      if (why == null) {
        open.add(part);
        return true;
      }
    }
    part.stop(why);
    return false;
  }

  synchronized void remove(Part part) {
    open.remove(part);
  }

  synchronized boolean isEmpty() {
    return open.isEmpty();
  }

  /** Those that the policies of now do not allow as they were begun. */
  List<Part> notAllowed(Watch watch) {
    List<Part> running;
    synchronized (this) {
      running = List.copyOf(open);
    }
    Map<Tool, Boolean> allowed = new EnumMap<>(Tool.class);
    return running.stream()
        .filter(
            part ->
                !allowed.computeIfAbsent(part.tool(), watch::stillAllows)
                    || (part.isUnrecorded() && watch.gate().recorded()))
        .toList();
  }

  /** Takes no more parts and gives those there are, the last one first. */
  synchronized List<Part> close(Ending why) {
    closed = why;
    List<Part> last = new ArrayList<>(open);
    Collections.reverse(last);
    return last;
  }

  /** Waits for all of them, so long together; gives those that are still there. */
  static List<Part> awaitGone(List<Part> parts, long nanos) {
    long deadline = System.nanoTime() + nanos;
    List<Part> left = new ArrayList<>();
    for (Part part : parts) {
      if (!part.awaitGone(Math.max(1, deadline - System.nanoTime()))) {
        left.add(part);
      }
    }
    return left;
  }
}
