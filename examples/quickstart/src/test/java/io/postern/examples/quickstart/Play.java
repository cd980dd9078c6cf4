package io.postern.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;

/** One run of the quickstart in this process, with what it printed. */
final class Play {
  private final Properties given = new Properties();
  private final Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private Terminal terminal = noTerminal();

  private Play(Path folder) {
    this.folder = folder;
    given.setProperty("quickstart.target", folder.toString());
  }

  static Play in(Path folder) {
    return new Play(folder);
  }

  /** As {@code -Dname=value}. */
  Play with(String name, Object value) {
    given.setProperty(name, value.toString());
    return this;
  }

  /** Somebody sits at the terminal and types this when asked. */
  Play typing(Supplier<char[]> typed) {
    terminal =
        new Terminal() {
          @Override
          public boolean isThere() {
            return true;
          }

          @Override
          public char[] ask(String prompt) {
            return typed.get();
          }
        };
    return this;
  }

  Play typing(String typed) {
    return typing(typed::toCharArray);
  }

  private static Terminal noTerminal() {
    return new Terminal() {
      @Override
      public boolean isThere() {
        return false;
      }

      @Override
      public char[] ask(String prompt) {
        throw new AssertionError("nobody is there to be asked: " + prompt);
      }
    };
  }

  /** Plays to the end, and gives what was printed. */
  String play() throws IOException {
    Narrator narrator = new Narrator(new PrintStream(printed, true, UTF_8), false);
    new Quickstart(Options.of(given, terminal.isThere()), terminal, narrator).play();
    return printed.toString(UTF_8);
  }

  /** Plays until it fails, which it must with this code and a text that says all this. */
  PosternException endsEarly(ErrorCode code, String... saying) {
    PosternException failed = catchThrowableOfType(PosternException.class, this::play);
    assertThat(failed).as("the story ends early").isNotNull();
    assertThat(failed.code()).as(failed.getMessage()).isEqualTo(code);
    assertThat(List.of(saying)).allSatisfy(part -> assertThat(failed).hasMessageContaining(part));
    return failed;
  }

  String printed() {
    return printed.toString(UTF_8);
  }

  Path evidence(String name) {
    return folder.resolve("evidence").resolve(name);
  }
}
