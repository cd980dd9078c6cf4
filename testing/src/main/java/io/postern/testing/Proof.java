package io.postern.testing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import org.junit.jupiter.api.Assumptions;

/**
 * What a proof needs of the machine besides programs ({@link RequiresProgram}). A test never goes
 * on, or ends, without what it proves unless it says so here; {@code .ci/run} lists all that was
 * not proven.
 */
public final class Proof {
  private Proof() {}

  /**
   * For what a machine may be denied, as a container is: where it is missing the test is skipped
   * with the reason, whatever is required.
   */
  public static void goesOnWhere(boolean met, String what) {
    Assumptions.assumeTrue(met, what);
  }

  /**
   * Where the memory of a process can be read, as every Linux lets the parent of a process do, in a
   * container too, unless a sandbox forbids ptrace altogether.
   */
  public static void goesOnWhereMemoryCanBeReadOf(long pid) {
    goesOnWhere(
        canReadMemoryOf(pid), "reading the memory of another process needs Linux and ptrace");
  }

  /** Whether the memory of a process can be read; the kernel decides it when it is opened. */
  public static boolean canReadMemoryOf(long pid) {
    try {
      new RandomAccessFile("/proc/" + pid + "/mem", "r").close();
      return true;
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException e) {
      throw new AssertionError("/proc/" + pid + "/mem could not be closed", e);
    }
  }
}
