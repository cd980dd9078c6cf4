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

  /**
   * Waits until the shell waits. Prompts differ, but none ends its line; so it is one when such a
   * text was shown and then nothing for a moment.
   */
  void awaitPrompt() {
    byte[] shown = new byte[4096];
    int read = screen.read(shown, PATIENCE);
    while (read > 0) {
      boolean endsLine = shown[read - 1] == '\n';
      read = screen.read(shown, Duration.ofMillis(endsLine ? 3_000 : 300));
    }
  }

  /** Types a line, and waits until its answer is shown. */
  void types(String line, String answer) {
    narrator.tells("Maya", "types: %s", line);
    for (int i = 0; i < line.length(); i++) {
      shell.type(line.substring(i, i + 1));
      Narrator.pause(Duration.ofMillis(narrator.isWatched() ? 30 : 15));
    }
    shell.type("\r");
    screen.awaitText("\n", PATIENCE); // the line itself, shown as it was typed
    screen.awaitText(answer, PATIENCE);
    awaitPrompt();
  }
}
