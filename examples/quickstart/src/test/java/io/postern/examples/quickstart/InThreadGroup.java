package io.postern.examples.quickstart;

import java.util.Arrays;

/** Runs the main method in a group of threads and says what is left in it, as Maven looks at it. */
final class InThreadGroup {
  private InThreadGroup() {}

  public static void main(String[] args) throws Exception {
    ThreadGroup group = new ThreadGroup("quickstart");
    Thread story =
        new Thread(
            group,
            () -> {
              try {
                Quickstart.main(args);
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    story.start();
    story.join();
    Thread[] left = new Thread[100];
    int count = group.enumerate(left);
    for (Thread thread : Arrays.copyOf(left, count)) {
      thread.join(2_000); // it may be on its last steps
      if (thread.isAlive()) {
        System.out.println("left: " + thread);
      }
    }
  }
}
