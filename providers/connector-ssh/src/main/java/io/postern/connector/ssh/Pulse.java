package io.postern.connector.ssh;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.connection.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Finds endpoints that died without a word. Any byte is a sign of life; after some silence the
 * endpoint is asked for one, and after too much of it the connection is dropped. Silence alone
 * proves nothing, for this process may have been stopped for a while: only an endpoint that was
 * asked, and had time to answer, is dead.
 *
 * <p>sshj's own keep-alive takes a thread for each connection, and that thread can hang in a full
 * socket just when it is needed. Here the timer judges and never writes; a worker writes.
 */
final class Pulse implements AutoCloseable {
  private final ObservedSocket socket;
  private final Connection connection;
  private final Workers workers;
  private final SshSettings settings;
  private final Runnable dead;
  private final AtomicBoolean asking = new AtomicBoolean();
  private long askedAtNanos;
  private boolean asked;
  private boolean stopped;
  private @Nullable ScheduledFuture<?> next;

  Pulse(
      ObservedSocket socket,
      Connection connection,
      Workers workers,
      SshSettings settings,
      Runnable dead) {
    this.socket = socket;
    this.connection = connection;
    this.workers = workers;
    this.settings = settings;
    this.dead = dead;
  }

  void start() {
    schedule(settings.keepAlive());
  }

  private synchronized void schedule(Duration delay) {
    if (stopped) {
      return;
    }
    try {
      Duration late = delay.plus(settings.keepAlive());
      long planned = System.nanoTime();
      next = workers.after(delay, () -> look(System.nanoTime() - planned > late.toNanos()));
    } catch (RejectedExecutionException e) {
      stopped = true; // the connector is closing, and so will be the connection
    }
  }

  /**
   * @param late when this process was stopped meanwhile, so that an answer may lie there unread
   */
  private void look(boolean late) {
    Duration silence = socket.silence();
    asked = asked && !late;
    if (silence.compareTo(settings.keepAlive()) < 0) {
      schedule(settings.keepAlive().minus(silence));
      return;
    }
    Duration left =
        settings.longestSilence().minus(settings.keepAlive()).minus(unanswered(silence));
    if (left.isNegative() || left.isZero()) {
      dead.run();
      return;
    }
    if (asking.compareAndSet(false, true)) {
      workers.run(this::ask);
    }
    schedule(left.compareTo(settings.keepAlive()) < 0 ? left : settings.keepAlive());
  }

  /** For how long the endpoint has been asked in this silence; none where it begins now. */
  private Duration unanswered(Duration silence) {
    long now = System.nanoTime();
    if (!asked || silence.compareTo(Duration.ofNanos(now - askedAtNanos)) < 0) {
      asked = true;
      askedAtNanos = now;
    }
    return Duration.ofNanos(now - askedAtNanos);
  }

  private void ask() {
    try {
      // Servers do not know this request, and say so: that is the sign of life.
      connection.sendGlobalRequest("keepalive@openssh.com", true, new byte[0]);
    } catch (SSHException e) {
      // The reader finds the connection broken too, and tells everybody.
    } finally {
      asking.set(false);
    }
  }

  @Override
  public synchronized void close() {
    stopped = true;
    if (next != null) {
      next.cancel(false);
    }
  }
}
