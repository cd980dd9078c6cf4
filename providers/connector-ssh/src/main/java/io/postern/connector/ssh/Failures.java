package io.postern.connector.ssh;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.SSHException;

/**
 * Turns what sshj and the Java platform throw into Postern's codes, and into texts that say what,
 * where, why and what to do. sshj tells most failures apart by nothing but their causes and texts.
 */
final class Failures {
  private static final int LONGEST_QUOTE = 200;

  private final String where;

  /**
   * @param where host and port
   */
  Failures(String where) {
    this.where = where;
  }

  /** A failure before the log-on was begun. */
  PosternException connecting(Throwable failure, ObservedSocket socket) {
    if (find(failure, UnknownHostException.class).isPresent()) {
      return failed(
          ErrorCode.ENDPOINT_UNREACHABLE,
          "cannot be reached: its name is not known; correct the jump item's host or the DNS",
          failure);
    }
    if (find(failure, NoRouteToHostException.class).isPresent()) {
      return failed(
          ErrorCode.ENDPOINT_UNREACHABLE,
          "cannot be reached: there is no route; check network and firewall",
          failure);
    }
    Optional<ConnectException> connect = find(failure, ConnectException.class);
    if (connect.isPresent()) {
      return String.valueOf(connect.get().getMessage()).contains("refused")
          ? failed(
              ErrorCode.ENDPOINT_REFUSED,
              "refuses connections; check that its SSH server runs and listens on this port",
              failure)
          : failed(
              ErrorCode.ENDPOINT_UNREACHABLE,
              "cannot be reached: " + quote(connect.get()) + "; check network and firewall",
              failure);
    }
    if (socket.spokeAnotherProtocol()) {
      return failed(
          ErrorCode.ENDPOINT_PROTOCOL,
          "does not speak SSH; correct the jump item's port or method",
          failure);
    }
    return using("the connection was set up", failure);
  }

  /** The limit of an opening passed. */
  PosternException openTimedOut(Duration limit, ObservedSocket socket, String phase) {
    if (socket.spokeAnotherProtocol()) {
      return new PosternException(
          ErrorCode.ENDPOINT_PROTOCOL,
          where + " does not speak SSH; correct the jump item's port or method");
    }
    return new PosternException(
        ErrorCode.ENDPOINT_TIMED_OUT,
        where
            + " did not answer in time: "
            + phase
            + " was not through after "
            + limit
            + "; check network, firewall and the load of the endpoint");
  }

  /** The caller's thread was interrupted. */
  PosternException interrupted(String what) {
    return new PosternException(
        ErrorCode.INTERRUPTED,
        where + ": " + what + " was given up, because the thread that waited was interrupted");
  }

  /** The limit of an act over an open connection passed. */
  PosternException timedOut(String what, Duration limit) {
    return new PosternException(
        ErrorCode.ENDPOINT_TIMED_OUT,
        where
            + " did not answer in time: "
            + what
            + " was not through after "
            + limit
            + " (setting 'answer-timeout')");
  }

  PosternException closed(String what) {
    return new PosternException(
        ErrorCode.ENDPOINT_CLOSED,
        where + ": " + what + " is not possible, because the connection is closed; connect anew");
  }

  PosternException missing(String what, Throwable failure) {
    return failed(
        ErrorCode.CAPABILITY_MISSING,
        "does not offer "
            + what
            + " ("
            + quote(root(failure))
            + "); its SSH server's settings"
            + " decide that",
        failure);
  }

  PosternException refusedLogOn(String username, String method, String why) {
    return new PosternException(
        ErrorCode.LOGON_REFUSED,
        where
            + " refuses the log-on of '"
            + printable(username)
            + "' by "
            + method
            + ": "
            + why
            + "; it was tried once");
  }

  PosternException keyUnreadable(String username, KeyUnreadable failure) {
    return new PosternException(
        ErrorCode.PRECONDITION_FAILED,
        "the private key of '"
            + printable(username)
            + "' for "
            + where
            + " cannot be used: "
            + failure.getMessage()
            + "; correct it in the credential manager");
  }

  PosternException certificateUnreadable(String username, CertificateUnreadable failure) {
    return new PosternException(
        ErrorCode.PRECONDITION_FAILED,
        "the certificate of '"
            + printable(username)
            + "' for "
            + where
            + " cannot be used: "
            + failure.getMessage()
            + "; correct it in the credential manager");
  }

  /** Any other failure, told by what it is made of. */
  PosternException using(String what, Throwable failure) {
    if (find(failure, TimeoutException.class).isPresent()
        || find(failure, SocketTimeoutException.class).isPresent()) {
      return failed(
          ErrorCode.ENDPOINT_TIMED_OUT,
          "did not answer in time while "
              + what
              + "; check network, firewall and the load of the endpoint",
          failure);
    }
    if (isDisagreement(failure)) {
      return failed(
          ErrorCode.ENDPOINT_PROTOCOL,
          "and Postern cannot agree while "
              + what
              + ": "
              + quote(root(failure))
              + "; the README of this connector lists the algorithms it takes",
          failure);
    }
    return failed(
        ErrorCode.ENDPOINT_CLOSED,
        "closed the connection while "
            + what
            + (isPlainEnd(failure) ? "" : ": " + quote(root(failure)))
            + "; its own log may say why",
        failure);
  }

  /** Whether the two sides were there, and could not agree on how to speak. */
  static boolean isDisagreement(Throwable failure) {
    DisconnectReason reason =
        find(failure, SSHException.class)
            .map(SSHException::getDisconnectReason)
            .orElse(DisconnectReason.UNKNOWN);
    return reason == DisconnectReason.PROTOCOL_ERROR
        || reason == DisconnectReason.KEY_EXCHANGE_FAILED
        || reason == DisconnectReason.MAC_ERROR
        || reason == DisconnectReason.COMPRESSION_ERROR
        || reason == DisconnectReason.PROTOCOL_VERSION_NOT_SUPPORTED
        || String.valueOf(root(failure).getMessage()).startsWith("Unable to reach a settlement");
  }

  private static boolean isPlainEnd(Throwable failure) {
    return find(failure, EOFException.class).isPresent()
        || find(failure, SocketException.class).isPresent();
  }

  private PosternException failed(ErrorCode code, String text, Throwable failure) {
    return new PosternException(code, where + " " + text, failure);
  }

  /** The first of that type among a failure and its causes. */
  static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return Optional.of(type.cast(t));
      }
    }
    return Optional.empty();
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String quote(Throwable failure) {
    String message = failure.getMessage();
    return printable(message == null ? failure.getClass().getSimpleName() : message);
  }

  /** What the endpoint said, fit for a line of text: it may hold anything. */
  static String printable(String text) {
    String line =
        text.codePoints()
            .limit(LONGEST_QUOTE)
            .map(c -> Character.isISOControl(c) ? ' ' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return line.strip();
  }
}
