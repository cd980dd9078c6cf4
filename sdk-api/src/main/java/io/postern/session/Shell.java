package io.postern.session;

/**
 * An interactive shell. It runs on while nobody looks, and is closed within seconds when it is not
 * allowed any more (rule TOOL-2). Safe for use by several threads.
 *
 * <p>Methods that send throw as {@link Connection} says.
 */
public interface Shell extends AutoCloseable {
  /** What people call it. */
  String name();

  /** Types a text. */
  void type(String text);

  /** Types bytes as a terminal sends them. */
  void type(byte[] bytes);

  /**
   * Says that the terminal has another size, 1 to 1,000 each.
   *
   * @throws io.postern.PosternException INPUT_INVALID with all faults; RECORDING_FAILED when it
   *     must be recorded and cannot, which ends the shell
   */
  void resize(int columns, int rows);

  /**
   * Sends a signal by its POSIX name without {@code SIG}.
   *
   * @param name ABRT, ALRM, FPE, HUP, ILL, INT, KILL, PIPE, QUIT, SEGV, TERM, USR1 or USR2 (RFC
   *     4254, section 6.10)
   * @throws io.postern.PosternException INPUT_INVALID for any other; what {@link #type(String)}
   *     throws, and PLUGIN_FAILED
   */
  void signal(String name);

  /**
   * A view of what the terminal shows, from the oldest output that is still kept on (256 KiB). Each
   * view goes at its own pace; one that falls behind what is kept skips ahead and says so, and
   * never slows the shell.
   */
  ShellOutput output();

  /** Whether it still runs. */
  boolean isOpen();

  /** Ends the shell and seals its recording. Harmless when done twice. */
  @Override
  void close();
}
