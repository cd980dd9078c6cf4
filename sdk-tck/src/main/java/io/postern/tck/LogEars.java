package io.postern.tck;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * Hears what is logged, at every level, also what the configuration of the log throws away. Needs
 * Logback, which the vendor's tests have or not.
 */
final class LogEars implements AutoCloseable {
  private final LoggerContext logback;
  private final TurboFilter filter;

  private LogEars(LoggerContext logback, Leaks leaks) {
    this.logback = logback;
    // A filter and not an appender: it sees what no level lets through, and prints nothing.
    filter = new Filter(leaks);
    filter.setContext(logback);
    filter.start();
    logback.addTurboFilter(filter);
  }

  /** Listens until closed; nothing where the log is not Logback's. */
  static Optional<LogEars> listen(Leaks leaks) {
    try {
      ILoggerFactory back = LoggerFactory.getILoggerFactory();
      return back instanceof LoggerContext logback
          ? Optional.of(new LogEars(logback, leaks))
          : Optional.empty();
    } catch (NoClassDefFoundError e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    logback.getTurboFilterList().remove(filter);
  }

  private static final class Filter extends TurboFilter {
    private final Leaks leaks;

    private Filter(Leaks leaks) {
      this.leaks = leaks;
    }

    @Override
    public FilterReply decide(
        @Nullable Marker marker,
        Logger logger,
        Level level,
        @Nullable String format,
        Object @Nullable [] parameters,
        @Nullable Throwable thrown) {
      if (format != null) {
        String text = MessageFormatter.basicArrayFormat(format, parameters);
        leaks.heard(SpiRule.LEAK_3, "the log, " + level + " of " + logger.getName(), text);
      }
      if (thrown != null) {
        leaks.heard(SpiRule.LEAK_3, "the log of " + logger.getName(), thrown);
      }
      return FilterReply.NEUTRAL;
    }
  }
}
