package io.postern.core.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One row of an answer, its columns by name. Valid only while its reader runs. */
public interface Row {
  /** Makes a value of a row. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Row row);
  }

  /** A text; fails when it is null. */
  String text(String column);

  Optional<String> optionalText(String column);

  long number(String column);

  /** 0 is no, everything else is yes. */
  boolean flag(String column);

  /** A moment; fails when it is null. */
  Instant instant(String column);

  Optional<Instant> optionalInstant(String column);

  Duration duration(String column);

  Optional<Duration> optionalDuration(String column);
}
