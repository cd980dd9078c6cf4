package io.postern.credential.vault;

import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.json.JsonBody;
import io.postern.spi.json.WipedBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Logs on by one of Vault's auth methods.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs/auth"
 */
final class MethodLogOn implements LogOn {
  private static final int MOST_BYTES = 64 << 10;

  /** Writes what proves who we are. */
  private interface Proof {
    void write(JsonBody body, Server server, TimeLimit limit);
  }

  private final String mount;
  private final Proof proof;
  private @Nullable Secret unwrapped;
  private boolean closed;

  private MethodLogOn(String mount, Proof proof) {
    this.mount = mount;
    this.proof = proof;
  }

  static LogOn appRole(String mount, String roleId, Secret secretId) {
    return new MethodLogOn(
        mount, (body, server, limit) -> body.text("role_id", roleId).secret("secret_id", secretId));
  }

  /** A secret id that is unwrapped at the first log-on, and kept for later ones. */
  static LogOn wrappedAppRole(String mount, String roleId, Secret wrapping) {
    MethodLogOn[] self = new MethodLogOn[1];
    self[0] =
        new MethodLogOn(
            mount,
            (body, server, limit) ->
                body.text("role_id", roleId)
                    .secret("secret_id", self[0].secretId(server, wrapping, limit)));
    return self[0];
  }

  /** The orchestrator renews the file, so it is read at each log-on. */
  static LogOn kubernetes(String mount, String role, Path tokenFile) {
    return new MethodLogOn(
        mount,
        (body, server, limit) -> {
          body.text("role", role);
          try (Secret jwt = read(tokenFile, server)) {
            body.secret("jwt", jwt);
          } catch (IllegalArgumentException e) {
            throw server
                .faults()
                .misconfigured(
                    "the file of setting 'kubernetes-token-file' holds no token: " + tokenFile,
                    "not in UTF-8");
          }
        });
  }

  /** The certificate itself is shown by TLS. */
  static LogOn certificate(String mount, String role) {
    return new MethodLogOn(
        mount,
        (body, server, limit) -> {
          if (!role.isEmpty()) {
            body.text("name", role);
          }
        });
  }

  @Override
  public Granted logOn(Server server, TimeLimit limit) {
    try (JsonBody body = JsonBody.create()) {
      proof.write(body, server, limit);
      // A log-on that was done twice makes one token more, which ends by itself.
      Ask ask =
          Ask.posting("auth/" + mount + "/login", body.written(), "logging on by " + mount)
              .harmless()
              .tolerating(400, 403);
      try (Answer answer = server.ask(ask, null, limit)) {
        if (answer.status() >= 400) {
          throw server
              .faults()
              .denied(
                  "it refuses the log-on at auth/"
                      + mount
                      + "; check the role, and that what proves it has not expired",
                  answer.inWords());
        }
        return Granted.from(ask, answer, server);
      }
    }
  }

  private synchronized Secret secretId(Server server, Secret wrapping, TimeLimit limit) {
    if (closed) {
      throw server.faults().closed();
    }
    Secret known = unwrapped;
    if (known == null) {
      known = Wrapping.secretId(server, wrapping, limit);
      unwrapped = known;
    }
    return known;
  }

  /** What is in a file, without the line end behind it. */
  private static Secret read(Path file, Server server) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(MOST_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Until the end.
      }
      bytes.flip();
      while (bytes.hasRemaining() && (bytes.get(bytes.limit() - 1) & 0xff) <= ' ') {
        bytes.limit(bytes.limit() - 1);
      }
      return Secret.takeFrom(bytes); // and wipes it there
    } catch (IOException e) {
      WipedBytes.wipe(bytes);
      throw server
          .faults()
          .of(
              Failure.MISCONFIGURED,
              true,
              "the file of setting 'kubernetes-token-file' cannot be read: " + file,
              e.getClass().getName(),
              e);
    }
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (unwrapped != null) {
      unwrapped.close();
    }
  }
}
