package io.postern.connector.ssh;

import static java.util.Objects.requireNonNullElse;

import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.jump.HostKey;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.SocketFactory;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.common.SSHRuntimeException;
import org.jspecify.annotations.Nullable;

/** One attempt to reach an endpoint. Whatever way it fails, its socket is closed. */
final class Dialling {
  private final Endpoint endpoint;
  private final SshSettings settings;
  private final Workers workers;
  private final PeerCheck check;
  private final Failures failures;
  private final ObservedSocket socket;
  private final SSHClient client;
  private volatile String phase = "connecting";
  private volatile @Nullable SSHException disagreement;

  Dialling(
      Endpoint endpoint,
      SshSettings settings,
      Workers workers,
      Algorithms algorithms,
      List<HostKey> enrolled,
      Consumer<HostKey> judge) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.workers = workers;
    String where = endpoint.host() + ":" + endpoint.port();
    this.failures = new Failures(where);
    this.check = new PeerCheck(where, settings.requireStrictKex(), judge);
    this.socket = new ObservedSocket("postern-ssh-reader-" + where);
    this.client = new SSHClient(algorithms.proposal(check, enrolled));
    client.setSocketFactory(new OneSocket(socket));
    client.addHostKeyVerifier(check);
    client.getTransport().setDisconnectListener(this::disconnected);
  }

  /**
   * Heard of on sshj's reader, and kept: when it comes before the dialling thread waits for the key
   * exchange, sshj tells that thread only that there is no connection.
   */
  private void disconnected(DisconnectReason reason, String message) {
    SSHException cause = new SSHException(reason, message);
    if (disagreement == null && Failures.isDisagreement(cause)) {
      disagreement = cause;
    }
  }

  /** Connects and logs on. */
  SshConnection open(Credential credential, CallContext call, InstantSource clock) {
    Duration limit = call.timeLeft(clock);
    within(
        limit,
        () -> {
          connect(limit);
          phase = "the log-on";
          new LogOn(client, failures, millis(limit), clock).with(credential);
        });
    client.getTransport().setTimeoutMs(millis(settings.answerTimeout()));
    return new SshConnection(client, socket, settings, workers, failures);
  }

  /** Connects until the host key is known, and hangs up. */
  HostKey askForHostKey(CallContext call, InstantSource clock) {
    Duration limit = call.timeLeft(clock);
    try {
      within(limit, () -> connect(limit));
    } finally {
      hangUp();
    }
    HostKey shown = check.accepted();
    if (shown == null) {
      throw new IllegalStateException("key exchange ended without a host key");
    }
    return shown;
  }

  private void within(Duration limit, Runnable work) {
    boolean done = false;
    try {
      if (limit.isZero()) {
        throw failures.openTimedOut(limit, socket, phase);
      }
      workers.within(
          limit,
          () -> {
            work.run();
            return true;
          },
          socket::drop);
      done = true;
    } catch (TimeoutException e) {
      throw failures.openTimedOut(limit, socket, phase);
    } catch (InterruptedException e) {
      throw failures.interrupted(phase);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PosternException ours) {
        throw ours;
      }
      if (e.getCause() instanceof Error fault) {
        throw fault;
      }
      throw failures.connecting(requireNonNullElse(e.getCause(), e), socket);
    } finally {
      if (!done) {
        hangUp();
      }
    }
  }

  private void connect(Duration limit) {
    Duration forTcp =
        limit.compareTo(settings.connectTimeout()) < 0 ? limit : settings.connectTimeout();
    client.setConnectTimeout(millis(forTcp));
    client.getTransport().setTimeoutMs(millis(limit));
    try {
      client.connect(endpoint.host(), endpoint.port());
    } catch (IOException
        | SSHRuntimeException
        | IllegalArgumentException
        | IllegalStateException e) {
      // What sshj makes of a refusal in its verifier says less than the refusal itself.
      PosternException refusal = check.refusal();
      SSHException disagreed = disagreement;
      throw refusal != null
          ? refusal
          : failures.connecting(disagreed != null ? disagreed : e, socket);
    }
  }

  private void hangUp() {
    try {
      client.disconnect();
    } catch (IOException e) {
      // The socket is closed below in any case.
    } finally {
      socket.drop();
    }
  }

  private static int millis(Duration duration) {
    return (int) Math.max(1, Math.min(duration.toMillis(), Integer.MAX_VALUE));
  }

  /** Hands out the socket that we watch. */
  private static final class OneSocket extends SocketFactory {
    private final Socket socket;

    OneSocket(Socket socket) {
      this.socket = socket;
    }

    @Override
    public Socket createSocket() {
      return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException("sshj connects its sockets itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException("sshj connects its sockets itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException("sshj connects its sockets itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException("sshj connects its sockets itself");
    }
  }
}
