package io.postern.connector.ssh;

import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.connection.ConnectionImpl;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuth;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AuthMethod;
import net.schmizz.sshj.userauth.method.AuthNone;

/**
 * Logs on with one credential, in one try (rule INJ-6). The endpoint is asked first which methods
 * it takes, so that a password is never spent on a method that is refused, and never sent twice.
 */
final class LogOn {
  private final SSHClient client;
  private final Failures failures;
  private final int timeoutMillis;
  private final InstantSource clock;

  LogOn(SSHClient client, Failures failures, int timeoutMillis, InstantSource clock) {
    this.client = client;
    this.failures = failures;
    this.timeoutMillis = timeoutMillis;
    this.clock = clock;
  }

  /**
   * @throws PosternException LOGON_REFUSED; PRECONDITION_FAILED for a key that cannot be read;
   *     ENDPOINT codes
   */
  void with(Credential credential) {
    String username = credential.username();
    // Costs no try: servers answer it with the list of methods that they take.
    if (attempt(username, new AuthNone(), "no credential")) {
      return;
    }
    List<String> methods = List.copyOf(client.getUserAuth().getAllowedMethods());
    if (credential instanceof Credential.Password password) {
      withPassword(password, methods);
    } else if (credential instanceof Credential.PrivateKey key) {
      requireKeysTaken(username, "private key", methods);
      try (LogOnKey logOnKey = read(username, key.key(), key.passphrase())) {
        conclude(username, new KeyMethod(logOnKey), List.of());
      }
    } else if (credential instanceof Credential.Certificate certified) {
      requireKeysTaken(username, "certificate", methods);
      withCertificate(certified);
    } else {
      throw new IllegalArgumentException(
          "no log-on with a credential of kind " + credential.kind());
    }
  }

  private void withPassword(Credential.Password credential, List<String> methods) {
    AuthMethod method;
    if (methods.contains("password")) {
      method = new PasswordMethod(credential.password());
    } else if (methods.contains("keyboard-interactive")) {
      method = new PromptMethod(credential.password());
    } else {
      throw notTaken(credential.username(), "password", methods);
    }
    conclude(credential.username(), method, List.of());
  }

  private void requireKeysTaken(String username, String what, List<String> methods) {
    if (!methods.contains("publickey")) {
      throw notTaken(username, what, methods);
    }
  }

  /** Not before now: key objects of the Java platform cannot be wiped, so they live briefly. */
  private LogOnKey read(String username, Secret key, Optional<Secret> passphrase) {
    try {
      return KeyFile.read(key, passphrase);
    } catch (KeyUnreadable e) {
      throw failures.keyUnreadable(username, e);
    }
  }

  private void withCertificate(Credential.Certificate credential) {
    String username = credential.username();
    try {
      UserCertificate certificate = UserCertificate.read(credential.certificate());
      try (LogOnKey key = read(username, credential.key(), credential.passphrase())) {
        conclude(
            username,
            new KeyMethod(certificate.over(key)),
            certificate.doubts(username, clock.instant()));
      }
    } catch (CertificateUnreadable e) {
      throw failures.certificateUnreadable(username, e);
    }
  }

  private PosternException notTaken(String username, String method, List<String> methods) {
    return failures.refusedLogOn(
        username,
        method,
        "it takes only " + Failures.printable(String.join(", ", methods)) + " from this account");
  }

  /**
   * @param doubts what the endpoint may have against it
   */
  private void conclude(String username, AuthMethod method, List<String> doubts) {
    if (!attempt(username, method, method.getName())) {
      throw failures.refusedLogOn(
          username,
          method.getName(),
          client.getUserAuth().hadPartialSuccess()
              ? "it takes it, and asks for more: "
                  + Failures.printable(String.join(", ", client.getUserAuth().getAllowedMethods()))
              : doubts.isEmpty()
                  ? "it says no, and not why; its own log does"
                  : String.join(", and ", doubts));
    }
  }

  private boolean attempt(String username, AuthMethod method, String name) {
    method.setLoggerFactory(client.getTransport().getConfig().getLoggerFactory());
    UserAuth auth = client.getUserAuth();
    try {
      return auth.authenticate(
          username, (ConnectionImpl) client.getConnection(), method, timeoutMillis);
    } catch (UserAuthException | TransportException e) {
      throw translated(username, method, name, e);
    }
  }

  private PosternException translated(
      String username, AuthMethod method, String name, SSHException failure) {
    PosternException ours = Failures.find(failure, PosternException.class).orElse(null);
    if (ours != null) {
      return ours;
    }
    boolean tried = !(method instanceof AuthNone);
    String text = String.valueOf(failure.getMessage());
    if (failure instanceof UserAuthException && failure.getCause() == null) {
      return failures.refusedLogOn(username, name, text);
    }
    // OpenSSH hangs up like this after the last try it allows, instead of saying no.
    boolean hungUp =
        failure.getDisconnectReason() == DisconnectReason.NO_MORE_AUTH_METHODS_AVAILABLE
            || failure.getDisconnectReason() == DisconnectReason.ILLEGAL_USER_NAME
            || text.contains("authentication failures");
    if (tried && hungUp) {
      return failures.refusedLogOn(username, name, Failures.printable(text));
    }
    return failures.using("'" + Failures.printable(username) + "' logged on", failure);
  }
}
