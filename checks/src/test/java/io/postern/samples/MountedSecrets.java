package io.postern.samples;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

// region provider
final class MountedSecrets implements CredentialProvider {
  private final Path folder;
  private volatile boolean closed;

  MountedSecrets(Path folder) {
    this.folder = folder;
  }

  @Override
  public Health health(HealthCheck check) {
    return !closed && Files.isReadable(folder)
        ? Health.up("reads " + folder)
        : Health.down(folder + (closed ? " is not read any more" : " cannot be read"));
  }

  @Override
  public List<FoundCredential> find(FindRequest request) {
    String search = request.search().toLowerCase(Locale.ROOT);
    return fitting(request.endpoint()).stream()
        .filter(found -> found.username().toLowerCase(Locale.ROOT).contains(search))
        .toList();
  }

  @Override
  public Lent resolve(ResolveRequest request) {
    // Only what fits the endpoint: a key is never taken for a path as it comes.
    FoundCredential found =
        fitting(request.endpoint()).stream()
            .filter(one -> one.key().equals(request.key()))
            .findFirst()
            .orElseThrow(() -> failure(Failure.NOT_FOUND, "no password " + request.key(), null));
    try {
      byte[] bytes = Files.readAllBytes(folder.resolve(found.key()));
      if (bytes.length == 0) {
        throw failure(Failure.MISCONFIGURED, found.key() + " is empty; put a password in", null);
      }
      Secret password = Secret.takeFrom(bytes); // and wipes the bytes
      return new Lent(Credential.password(found.username(), password), LeaseTerms.unlimited());
    } catch (IOException e) {
      throw failure(Failure.UNAVAILABLE, found.key() + " cannot be read", e);
    }
  }

  @Override
  public void release(ReleaseRequest request) {} // nothing is kept of what was lent

  @Override
  public void close() {
    closed = true; // and whoever asks now, is told so
  }

  private List<FoundCredential> fitting(Endpoint endpoint) {
    if (closed) {
      throw failure(Failure.UNAVAILABLE, "this instance was closed", null);
    }
    Path own = folder.resolve(endpoint.item().value()).normalize();
    if (!folder.normalize().equals(own.getParent()) || !Files.isDirectory(own)) {
      return List.of(); // that nothing fits is an answer, and no failure
    }
    try (Stream<Path> files = Files.list(own)) {
      return files.map(file -> found(own, file.getFileName().toString())).toList();
    } catch (IOException e) {
      throw failure(Failure.UNAVAILABLE, own + " cannot be listed", e);
    }
  }

  private static FoundCredential found(Path own, String user) {
    String key = own.getFileName() + "/" + user;
    return FoundCredential.of(key, user, CredentialKind.PASSWORD, Precedence.ITEM);
  }

  private static ProviderException failure(Failure failure, String text, IOException cause) {
    return ProviderException.withoutEffect(failure, text, "", cause);
  }
}
// endregion
