package io.postern.connector.ssh;

import static java.util.Objects.requireNonNullElse;

import io.postern.PosternException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.ConnectionImpl;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.sftp.SFTPException;

/** Opens and closes channels, each with its own window and within the time limit. */
final class Channels {
  /** How long saying that a channel is closed may take. */
  private static final Duration SENDING = Duration.ofSeconds(2);

  private final ConnectionImpl connection;
  private final Workers workers;
  private final Failures failures;
  private final Duration limit;

  Channels(ConnectionImpl connection, SshSettings settings, Workers workers, Failures failures) {
    this.connection = connection;
    this.workers = workers;
    this.failures = failures;
    this.limit = settings.answerTimeout();
    // sshj has one limit for opening a channel and for a peer that takes no more input. The first
    // is
    // ours to keep; the second must not be: a command may well read nothing for an hour.
    connection.setTimeoutMs(Integer.MAX_VALUE);
  }

  /** How much may be on its way unread, in all and in one packet. */
  enum Size {
    /** Small: a terminal shows nothing faster than a person reads. */
    SHELL(1024 * 1024, 32 * 1024),
    COMMAND(8 * 1024 * 1024, 64 * 1024),
    /** Enough for 16 MiB in a round trip. */
    FILES(16 * 1024 * 1024, 128 * 1024);

    private final int windowBytes;
    private final int packetBytes;

    Size(int windowBytes, int packetBytes) {
      this.windowBytes = windowBytes;
      this.packetBytes = packetBytes;
    }
  }

  /** What is to be asked for on a fresh channel. */
  interface Request {
    void on(SshChannel channel) throws IOException;
  }

  /**
   * Opens a channel and asks for {@code what} on it.
   *
   * @throws PosternException ENDPOINT_CLOSED, ENDPOINT_TIMED_OUT or CAPABILITY_MISSING
   */
  SshChannel open(String what, Size size, boolean mergeErrors, Request request) {
    SshChannel channel = create(size, mergeErrors);
    boolean done = false;
    try {
      workers.within(
          limit,
          () -> {
            channel.open();
            request.on(channel);
            return true;
          },
          () -> {});
      done = true;
      return channel;
    } catch (TimeoutException e) {
      throw failures.timedOut("opening " + what, limit);
    } catch (InterruptedException e) {
      throw failures.interrupted("opening " + what);
    } catch (ExecutionException e) {
      throw refusal(what, requireNonNullElse(e.getCause(), e));
    } finally {
      if (!done) {
        workers.run(() -> close(channel));
      }
    }
  }

  private PosternException refusal(String what, Throwable failure) {
    // A server that cannot start its SFTP program takes the request, and then ends the channel.
    boolean refused =
        failure instanceof OpenFailException
            || (failure instanceof ConnectionException
                && "Request failed".equals(failure.getMessage()))
            || (failure instanceof SFTPException && failure.getCause() == null);
    return refused && connection.getTransport().isRunning()
        ? failures.missing(what, failure)
        : failures.using(what + " was opened", failure);
  }

  private SshChannel create(Size size, boolean mergeErrors) {
    // A channel reads both from its connection when it is made.
    synchronized (connection) {
      connection.setWindowSize(size.windowBytes);
      connection.setMaxPacketSize(size.packetBytes);
      return new SshChannel(connection, mergeErrors);
    }
  }

  /** Closes a channel; its streams end at once, whenever the endpoint agrees. */
  void close(SshChannel channel) {
    channel.deafen();
    try {
      workers.within(
          SENDING,
          () -> {
            channel.hangUp();
            return true;
          },
          () -> {});
    } catch (TimeoutException | InterruptedException | ExecutionException e) {
      // It goes with the connection, which is broken or soon found to be.
    }
  }
}
