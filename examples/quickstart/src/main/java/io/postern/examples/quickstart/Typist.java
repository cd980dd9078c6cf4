package io.postern.examples.quickstart;

import io.postern.session.Shell;
import io.postern.session.ShellOutput;
import java.time.Duration;

/** Types into a shell as a person does, so that the recording is worth watching. */
final class Typist {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Shell shell;
  private final ShellOutput screen;
  private final Narrator narrator;

  Typist(Shell shell, ShellOutput screen, Narrator narrator) {
    this.shell = shell;
    this.screen = screen;
    this.narrator = narrator;
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
    narrator.tells("Maya", "types: %s", line);
    for (String key : line.split("")) {
      shell.type(key);
      Narrator.pause(Duration.ofMillis(narrator.isWatched() ? 40 : 15));
    }
    shell.type("\r");
    screen.awaitText(answer, PATIENCE);
    awaitPrompt();
  }
}
