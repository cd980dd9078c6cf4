package io.postern.connector.ssh;

import io.postern.session.RemoteFile;
import io.postern.spi.connector.CommandChannel;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.MovesFiles;
import io.postern.spi.connector.OpensShells;
import io.postern.spi.connector.RunsCommands;
import io.postern.spi.connector.ShellChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.connection.ConnectionImpl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that is logged on. Shells, commands and files share it, each in its own channel. */
final class SshConnection implements EndpointConnection, RunsCommands, OpensShells, MovesFiles {
  private static final Logger log = LoggerFactory.getLogger(SshConnection.class);

  /** How long a polite good-bye may take before the socket is closed under it. */
  private static final Duration GOOD_BYE = Duration.ofSeconds(2);

  private static final int MOST_COLUMNS_OR_ROWS = 1000;

  private final SSHClient client;
  private final ObservedSocket socket;
  private final Workers workers;
  private final Failures failures;
  private final Channels channels;
  private final SftpFiles files;
  private final Pulse pulse;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile boolean over;
  private @Nullable List<Runnable> whenClosed = new ArrayList<>();

  SshConnection(
      SSHClient client,
      ObservedSocket socket,
      SshSettings settings,
      Workers workers,
      Failures failures) {
    this.client = client;
    this.socket = socket;
    this.workers = workers;
    this.failures = failures;
    this.channels =
        new Channels((ConnectionImpl) client.getConnection(), settings, workers, failures);
    this.files = new SftpFiles(channels, settings, failures);
    this.pulse =
        new Pulse(socket, client.getConnection(), workers, settings, this::droppedForSilence);
    // On a worker: sshj calls this with locks held, and the actions are not ours.
    client.getTransport().setDisconnectListener((reason, message) -> workers.run(this::ended));
    pulse.start();
    if (!client.isConnected()) {
      ended(); // it ended before the listener was there
    }
  }

  @Override
  public boolean isOpen() {
    return !over && !closing.get() && client.isConnected();
  }

  @Override
  public void whenClosed(Runnable action) {
    synchronized (this) {
      if (whenClosed != null) {
        whenClosed.add(action);
        return;
      }
    }
    action.run();
  }

  @Override
  public CommandChannel start(CommandRequest request) {
    requireOpen("starting a command");
    return SshCommand.start(channels, request.line());
  }

  @Override
  public ShellChannel openShell(ShellRequest request) {
    requireSize(request.columns(), "columns");
    requireSize(request.rows(), "rows");
    requireOpen("opening a shell");
    return SshShell.open(channels, request);
  }

  static void requireSize(int number, String what) {
    if (number < 1 || number > MOST_COLUMNS_OR_ROWS) {
      throw new IllegalArgumentException(what + " must be 1 to 1000, was " + number);
    }
  }

  @Override
  public List<RemoteFile> list(String directory) {
    requireOpen("listing a directory");
    return files.list(directory);
  }

  @Override
  public Optional<RemoteFile> stat(String path) {
    requireOpen("looking at a file");
    return files.stat(path);
  }

  @Override
  public InputStream read(String path) {
    requireOpen("reading a file");
    return files.read(path);
  }

  @Override
  public OutputStream write(String path) {
    requireOpen("writing a file");
    return files.write(path);
  }

  @Override
  public void rename(String from, String to) {
    requireOpen("renaming a file");
    files.rename(from, to);
  }

  @Override
  public void delete(String path) {
    requireOpen("deleting a file");
    files.delete(path);
  }

  private void requireOpen(String what) {
    if (!isOpen()) {
      throw failures.closed(what);
    }
  }

  private void droppedForSilence() {
    log.debug("connection dropped reason=silence silence={}", socket.silence());
    // The reader then finds the socket closed and tells everybody; a good-bye would only hang.
    socket.drop();
    workers.run(this::ended);
  }

  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    pulse.close();
    ScheduledFuture<?> cut = cutLater();
    try {
      client.close();
    } catch (IOException e) {
      log.debug("good-bye failed reason={}", e.toString());
    } finally {
      if (cut != null) {
        cut.cancel(false);
      }
      socket.drop();
      ended();
    }
  }

  /** Closing waits for the endpoint to take the good-bye; one that hangs must not hang us. */
  private @Nullable ScheduledFuture<?> cutLater() {
    try {
      return workers.after(GOOD_BYE, socket::drop);
    } catch (RejectedExecutionException e) {
      socket.drop();
      return null;
    }
  }

  private void ended() {
    over = true;
    pulse.close();
    // sshj's own end can wait for a thread that hangs in this socket.
    socket.drop();
    List<Runnable> actions;
    synchronized (this) {
      if (whenClosed == null) {
        return;
      }
      actions = whenClosed;
      whenClosed = null;
    }
    for (Runnable action : actions) {
      try {
        action.run();
      } catch (RuntimeException e) {
        // The others must run all the same, and nobody else would learn of it.
        log.warn("action on the end of a connection failed", e);
      }
    }
  }
}
