package io.postern.core.tool;

import io.postern.session.Tool;
import org.jspecify.annotations.Nullable;

/** Something that runs over a connection and must be gone before the connection is. */
interface Part {
  /** By whose permission it runs. */
  Tool tool();

  /** Whether it would be recorded if that were demanded, and is not. */
  boolean isUnrecorded();

  /** Has it end; does not wait for it. Only the first reason counts. */
  void stop(Ending why);

  /** Waits until nothing of it is left: no thread, no channel, no unsealed recording. */
  boolean awaitGone(long nanos);

  /** Takes down what did not go by itself, because a plug-in hangs. */
  void abandon();

  /** What went wrong while it ended and nobody was told of yet; null when nothing did. */
  default @Nullable RuntimeException takeFailure() {
    return null;
  }
}
