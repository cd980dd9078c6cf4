package io.postern.core;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged, by any thread, until it is closed. */
public final class Logged implements AutoCloseable {
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          events.add(event);
        }
      };
  private final Logger logger;
  private final Level before;

  private Logged(String name, Level level) {
    logger = (Logger) LoggerFactory.getLogger(name);
    before = logger.getLevel();
    appender.start();
    logger.setLevel(level);
    logger.addAppender(appender);
  }

  /** By one class, from this level on. */
  public static Logged by(Class<?> type, Level level) {
    return new Logged(type.getName(), level);
  }

  /** By everybody, at every level. */
  public static Logged byAll() {
    return new Logged(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.TRACE);
  }

  /** So far, in order; safe to walk while more comes. */
  public List<ILoggingEvent> events() {
    return events;
  }

  /** Those so far that have this text, as {@code LEVEL text}, with that of what was thrown. */
  public List<String> lines(String text) {
    return events.stream()
        .map(
            event ->
                event.getLevel()
                    + " "
                    + event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                        ? ""
                        : " " + event.getThrowableProxy().getMessage()))
        .filter(line -> line.contains(text))
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setLevel(before);
  }
}
