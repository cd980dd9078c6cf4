package io.postern.examples.quickstart;

import io.postern.session.Shell;
import io.postern.session.ShellOutput;
import java.time.Duration;

/** Types into a shell as a person does, so that the recording is worth watching. */
final class Typist {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Shell shell;
  private final ShellOutput screen;
  private final Duration betweenKeys;

  Typist(Shell shell, ShellOutput screen, boolean watched) {
    this.shell = shell;
    this.screen = screen;
    this.betweenKeys = Duration.ofMillis(watched ? 40 : 5);
  }

  /** Prompts differ; when the shell has said something and then nothing for a while, it waits. */
  void awaitPrompt() {
    byte[] shown = new byte[4096];
    int read = screen.read(shown, PATIENCE);
    while (read > 0) {
      read = screen.read(shown, Duration.ofMillis(300));
    }
  }

  /** Types a line, and waits until its answer is shown. */
  void types(String line, String answer) {
    for (String key : line.split("")) {
      shell.type(key);
      Narrator.pause(betweenKeys);
    }
    shell.type("\r");
    screen.awaitText(answer, PATIENCE);
    awaitPrompt();
  }
}
