package io.postern.core.injection;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * A process that was given a credential. Reading and writing ask the session first and throw
 * SESSION_ENDED, SESSION_FROZEN and TOOL_NOT_ALLOWED as {@link io.postern.PosternException}s. Each
 * stream is for one thread.
 */
public interface InjectedProcess extends AutoCloseable {
  /** Its standard input, behind the secret where that was given there. */
  OutputStream input();

  /** What it writes to standard output. */
  InputStream output();

  /** What it writes to standard error. */
  InputStream errors();

  /** Whether it runs. */
  boolean isRunning();

  /**
   * Waits for its end.
   *
   * @param atMost by the clock of the machine; more than nothing
   * @return its exit value; empty when it still runs
   * @throws io.postern.PosternException INTERRUPTED
   */
  OptionalInt awaitExit(Duration atMost);

  /**
   * Kills it and what it has started, as far as {@link ProcessInjector} says that this can be
   * found. Harmless when done twice.
   */
  @Override
  void close();
}
