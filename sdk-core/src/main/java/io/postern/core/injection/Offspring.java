package io.postern.core.injection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A program and what it has started. The Java platform names the children of a program only while
 * it runs; on Linux those that outlive it are known by a mark in the environment that they were
 * started with, which is where a secret may be as well.
 */
final class Offspring {
  /** The variable that has the mark. */
  static final String MARK = "POSTERN_PROCESS";

  /** Each process has a folder with this file, which its own user and root can read: proc(5). */
  private static final Path PROCESSES = Path.of("/proc");

  private static final String ENVIRONMENT = "environ";
  private static final int BUFFER = 64 << 10;

  /** Whoever starts programs faster than they can be killed must not keep a thread for ever. */
  private static final int MOST_PASSES = 100;

  private final Process process;
  private final byte[] mark;

  /**
   * @param mark like no other, as {@link #MARK} in the environment of the process
   */
  Offspring(Process process, String mark) {
    this.process = process;
    this.mark = (MARK + "=" + mark).getBytes(US_ASCII);
  }

  /**
   * Kills the program, if it runs, and what it has started. Harmless when done twice. A thread that
   * is interrupted finds only the children of a program that runs.
   */
  void kill() {
    // The children first: without their parent only those with the mark are found.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    killOrphans();
  }

  /**
   * Kills what a program has left behind. What it has written can still be read, unlike after kill.
   */
  void killOrphans() {
    if (!Files.isReadable(PROCESSES.resolve("self").resolve(ENVIRONMENT))) {
      return;
    }
    // Outside the heap and wiped: the environment of others holds their secrets, and ours.
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    try {
      killMarked(buffer);
    } finally {
      buffer.clear().put(new byte[BUFFER]);
    }
  }

  /**
   * Until nobody is found who was not found before: what is told to die starts nothing any more,
   * but it may have done so since the processes were listed.
   */
  private void killMarked(ByteBuffer buffer) {
    Set<ProcessHandle> found = new HashSet<>();
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      // A handle knows when its process began, so that whoever gets its number later is not killed.
      List<ProcessHandle> more =
          ProcessHandle.allProcesses()
              .filter(each -> !found.contains(each) && isMarked(each, buffer))
              .toList();
      if (more.isEmpty()) {
        return;
      }
      more.forEach(ProcessHandle::destroyForcibly);
      found.addAll(more);
    }
  }

  private boolean isMarked(ProcessHandle other, ByteBuffer buffer) {
    Path file = PROCESSES.resolve(Long.toString(other.pid())).resolve(ENVIRONMENT);
    buffer.clear();
    try (FileChannel environment = FileChannel.open(file)) {
      while (environment.read(buffer) >= 0) {
        buffer.flip();
        if (hasMark(buffer)) {
          return true;
        }
        // Half of it may be there.
        buffer.position(Math.max(0, buffer.limit() - mark.length + 1)).compact();
      }
      return false;
    } catch (IOException e) {
      return false; // it has ended, or is another user's
    }
  }

  private boolean hasMark(ByteBuffer environment) {
    for (int from = 0; from + mark.length <= environment.limit(); from++) {
      int same = 0;
      while (same < mark.length && environment.get(from + same) == mark[same]) {
        same++;
      }
      if (same == mark.length) {
        return true;
      }
    }
    return false;
  }
}
