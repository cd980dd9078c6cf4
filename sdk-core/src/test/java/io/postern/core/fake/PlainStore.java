package io.postern.core.fake;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store of passwords in memory with a ledger of who holds what: the oracle of tests. Its
 * passwords are texts, because tests must know them.
 */
public final class PlainStore implements CredentialProviderFactory, PasswordChanger {
  private record Entry(
      String username, String password, Precedence precedence, boolean exclusive) {}

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Map<String, String> out = new ConcurrentHashMap<>();
  private final AtomicInteger lent = new AtomicInteger();
  private final List<String> released = new CopyOnWriteArrayList<>();
  private final List<String> rotated = new CopyOnWriteArrayList<>();
  private volatile Optional<Failure> failing = Optional.empty();
  private volatile Optional<Instant> leaseEnd = Optional.empty();

  /** Puts a password in, for every endpoint. */
  public void put(String key, String username, String password) {
    entries.put(key, new Entry(username, password, Precedence.ITEM, false));
  }

  public void put(
      String key, String username, String password, Precedence precedence, boolean exclusive) {
    entries.put(key, new Entry(username, password, precedence, exclusive));
  }

  public void remove(String key) {
    entries.remove(key);
  }

  public String password(String key) {
    return entries.get(key).password();
  }

  /** Has every call fail in this way until it is said otherwise. */
  public void fail(Failure failure) {
    failing = Optional.of(failure);
  }

  public void work() {
    failing = Optional.empty();
  }

  /** Lends under leases that end then, and can be renewed. */
  public void lendUntil(Instant end) {
    leaseEnd = Optional.of(end);
  }

  /** Keys by the lease reference of whoever has them now. */
  public Map<String, String> out() {
    return out;
  }

  /** How many secrets it has given out. */
  public int lent() {
    return lent.get();
  }

  /** When the newest leases end. */
  public Optional<Instant> leaseEnd() {
    return leaseEnd;
  }

  public List<String> released() {
    return released;
  }

  public List<String> rotated() {
    return rotated;
  }

  @Override
  public void change(Change change) {
    // The password at the endpoint of tests is whatever this store says, so there is nothing to do.
  }

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("plain", "1");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    return new Provider();
  }

  private final class Provider
      implements CredentialProvider, ChecksOutAccounts, RenewsLeases, RotatesCredentials {
    private void requireWorking() {
      failing.ifPresent(
          failure -> {
            throw ProviderException.withoutEffect(
                failure, "the plain store was told to fail", "", null);
          });
    }

    @Override
    public Health health(HealthCheck check) {
      return failing.isPresent() ? Health.down("told to fail") : Health.up("plain");
    }

    @Override
    public List<FoundCredential> find(FindRequest request) {
      requireWorking();
      return entries.entrySet().stream()
          .filter(entry -> entry.getValue().username().contains(request.search()))
          .sorted(Map.Entry.comparingByKey())
          .map(
              entry ->
                  new FoundCredential(
                      entry.getKey(),
                      entry.getValue().username(),
                      entry.getValue().username(),
                      CredentialKind.PASSWORD,
                      entry.getValue().precedence(),
                      entry.getValue().exclusive()))
          .toList();
    }

    @Override
    public Lent resolve(ResolveRequest request) {
      requireWorking();
      return lend(request.key(), request.call().callId());
    }

    private Lent lend(String key, String reference) {
      Entry entry = entries.get(key);
      if (entry == null) {
        throw ProviderException.withoutEffect(Failure.NOT_FOUND, "no credential " + key, "", null);
      }
      out.put(reference, key);
      lent.incrementAndGet();
      return new Lent(
          Credential.password(
              entry.username(), Secret.takeFrom(entry.password().getBytes(StandardCharsets.UTF_8))),
          new LeaseTerms(reference, leaseEnd, leaseEnd.isPresent()));
    }

    @Override
    public void release(ReleaseRequest request) {
      requireWorking();
      if (out.remove(request.call().callId()) != null) {
        released.add(request.key());
      }
    }

    @Override
    public Lent checkOut(CheckOutRequest request) {
      requireWorking();
      return lend(request.key(), request.call().callId());
    }

    @Override
    public void checkIn(ReleaseRequest request) {
      release(request);
    }

    @Override
    public LeaseTerms renew(RenewRequest request) {
      requireWorking();
      leaseEnd = Optional.of(request.until());
      return new LeaseTerms(request.leaseReference(), leaseEnd, true);
    }

    @Override
    public void rotate(RotateRequest request) {
      requireWorking();
      entries.computeIfPresent(
          request.key(),
          (key, entry) ->
              new Entry(
                  entry.username(), entry.password() + "+", entry.precedence(), entry.exclusive()));
      rotated.add(request.key());
    }

    @Override
    public void close() {}
  }
}
