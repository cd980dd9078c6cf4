package com.example.keystore;

import static com.example.keystore.Keystore.failure;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.spi.CallContext;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/**
 * Answers from a key store whose aliases are {@code <jump item>/<user name>}. Keeps nothing between
 * calls but whether it is closed, so that many threads may call it.
 */
final class KeystoreProvider implements CredentialProvider {
  private final Keystore keystore;
  private final String forAll;
  private final InstantSource clock;
  private volatile boolean closed;

  KeystoreProvider(Keystore keystore, String forAll, InstantSource clock) {
    this.keystore = keystore;
    this.forAll = forAll;
    this.clock = clock;
  }

  // region health
  @Override
  public Health health(HealthCheck check) {
    try {
      requireTime(check.deadline());
      return Health.up(keystore + " with " + keystore.aliases().size() + " passwords");
    } catch (ProviderException e) {
      return Health.down(e.getMessage());
    }
  }

  // endregion

  // region find
  @Override
  public List<FoundCredential> find(FindRequest request) {
    requireTime(request.call().deadline());
    String search = request.search().toLowerCase(Locale.ROOT);
    return keystore.aliases().stream()
        .filter(alias -> fits(alias, request.endpoint()))
        .map(this::found)
        .filter(found -> found.username().toLowerCase(Locale.ROOT).contains(search))
        .toList();
  }

  private FoundCredential found(String alias) {
    Precedence precedence = item(alias).equals(forAll) ? Precedence.SITE : Precedence.ITEM;
    return FoundCredential.of(alias, username(alias), CredentialKind.PASSWORD, precedence);
  }

  // endregion

  // region resolve
  @Override
  public Lent resolve(ResolveRequest request) {
    CallContext call = request.call();
    requireTime(call.deadline());
    String alias = request.key();
    if (!keystore.aliases().contains(alias)) {
      throw failure(Failure.NOT_FOUND, "no password '" + alias + "' in " + keystore, null);
    }
    if (!fits(alias, request.endpoint())) {
      throw failure(
          Failure.DENIED,
          "password '" + alias + "' is not for " + request.endpoint().name() + "; choose another",
          null);
    }
    return new Lent(
        Credential.password(username(alias), keystore.password(alias)), LeaseTerms.unlimited());
  }

  // endregion

  // region release
  /** The key store keeps no book of what was read: there is nothing to give back. */
  @Override
  public void release(ReleaseRequest request) {}

  @Override
  public void close() {
    closed = true;
  }

  // endregion

  // region time
  private void requireTime(Instant deadline) {
    if (closed) {
      throw failure(Failure.UNAVAILABLE, "this credential manager is closed", null);
    }
    if (!clock.instant().isBefore(deadline)) {
      throw failure(
          Failure.TIMED_OUT, "the deadline passed before " + keystore + " was read", null);
    }
  }

  // endregion

  private boolean fits(String alias, Endpoint endpoint) {
    return item(alias).equals(endpoint.item().value()) || item(alias).equals(forAll);
  }

  private static String item(String alias) {
    return alias.substring(0, alias.indexOf('/'));
  }

  private static String username(String alias) {
    return alias.substring(alias.indexOf('/') + 1);
  }
}
