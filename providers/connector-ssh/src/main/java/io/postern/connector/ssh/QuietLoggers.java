package io.postern.connector.ssh;

import net.schmizz.sshj.common.LoggerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

/**
 * sshj's loggers with two changes. Nothing at TRACE, because there sshj prints whole packets, the
 * password among them. All else at DEBUG, because what sshj calls an error reaches the caller as an
 * exception.
 */
final class QuietLoggers implements LoggerFactory {
  @Override
  public Logger getLogger(String name) {
    return new QuietLogger(org.slf4j.LoggerFactory.getLogger(name));
  }

  @Override
  public Logger getLogger(Class<?> type) {
    return getLogger(type.getName());
  }

  private static final class QuietLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient Logger delegate;

    QuietLogger(Logger delegate) {
      this.delegate = delegate;
      this.name = delegate.getName();
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return delegate.isDebugEnabled();
    }

    @Override
    public boolean isInfoEnabled() {
      return delegate.isDebugEnabled();
    }

    @Override
    public boolean isWarnEnabled() {
      return delegate.isDebugEnabled();
    }

    @Override
    public boolean isErrorEnabled() {
      return delegate.isDebugEnabled();
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String message,
        Object @Nullable [] arguments,
        @Nullable Throwable throwable) {
      delegate
          .atDebug()
          .setCause(throwable)
          .log(message, arguments == null ? new Object[0] : arguments);
    }
  }
}
