package io.postern.examples.quickstart;

import io.postern.PosternException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints the story: a line for each act with the time it begins, below it who does what. */
final class Narrator {
  private static final int WIDTH = 100;
  private static final String INDENT = "    ";
  private static final int NAME_WIDTH = 12;

  private final PrintStream out;
  private final boolean watched;
  private final boolean bold;
  private final long begun = System.nanoTime();
  private int acts;

  /**
   * A narrator.
   *
   * @param watched whether a person sits there, who needs time to read
   */
  Narrator(PrintStream out, boolean watched) {
    this.out = out;
    this.watched = watched;
    this.bold =
        watched
            && System.getenv("NO_COLOR") == null
            && !System.getenv().getOrDefault("TERM", "dumb").equals("dumb");
  }

  boolean isWatched() {
    return watched;
  }

  void title(String text) {
    out.println();
    out.println(strong(text));
  }

  void act(String title) {
    if (watched && acts > 0) {
      pause(Duration.ofMillis(250));
    }
    acts++;
    String heading = String.format(Locale.ROOT, "%2d. %s", acts, title);
    out.println();
    out.println(
        strong(heading)
            + " ".repeat(Math.max(2, WIDTH - 8 - heading.length()))
            + String.format(Locale.ROOT, "%6.1f s", seconds()));
    out.flush();
  }

  /** Somebody does something, or Postern does behind it. */
  @SuppressWarnings("AnnotateFormatMethod") // not worth a dependency
  void tells(String who, String what, @Nullable Object... values) {
    wrapped(String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", who), what.formatted(values));
  }

  /** Not wrapped, so that it can be copied. */
  void names(String what, String path) {
    out.println(INDENT + String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", what) + path);
  }

  void shows(String what, List<String> lines) {
    out.println(INDENT + what);
    lines.forEach(line -> out.println(INDENT + "  | " + harmless(line)));
  }

  void end(String text) {
    out.println();
    out.println(strong(text) + String.format(Locale.ROOT, " (%.1f s)", seconds()));
    out.flush();
  }

  /** Says why the story cannot go on, and gives what makes Maven fail without a page of traces. */
  RuntimeException endsEarly(PosternException why) {
    out.println();
    out.println(strong("The story ends early: " + why.code()));
    if (why.faults().isEmpty()) {
      wrapped("", String.valueOf(why.getMessage()));
    } else {
      why.faults().forEach(fault -> wrapped("- ", fault));
    }
    for (Throwable also : why.getSuppressed()) { // what could not be cleaned up after it
      wrapped("", "Also: " + also.getMessage());
    }
    out.println();
    out.flush();
    return new StoryEnded(why.code().name());
  }

  private void wrapped(String name, String text) {
    StringBuilder line = new StringBuilder(INDENT).append(name);
    int begin = line.length();
    for (String word : harmless(text).split(" ", -1)) {
      if (line.length() > begin && line.length() + word.length() > WIDTH) {
        out.println(line.toString().stripTrailing());
        line.setLength(0);
        line.append(" ".repeat(begin));
      }
      line.append(word).append(' ');
    }
    out.println(line.toString().stripTrailing());
    out.flush();
  }

  /** What an endpoint says may hold control characters; none of them reaches the terminal. */
  private static String harmless(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private String strong(String text) {
    return bold ? "\u001b[1m" + text + "\u001b[0m" : text;
  }

  private double seconds() {
    return (System.nanoTime() - begun) / 1e9;
  }

  static String clock(Instant at) {
    return LocalTime.ofInstant(at, ZoneId.systemDefault())
        .format(DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT));
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All was said already. */
  private static final class StoryEnded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoryEnded(String code) {
      super("the story ended early, " + code + "; what to do stands above", null, false, false);
    }
  }
}
