package io.postern.credential.vault;

import io.github.jopenlibs.vault.response.HealthResponse;
import io.postern.spi.CallContext;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials;
import io.postern.spi.credential.SignsSshCertificates;
import java.text.Normalizer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Answers from one Vault or OpenBao. */
final class VaultProvider
    implements CredentialProvider,
        ChecksOutAccounts,
        RenewsLeases,
        RotatesCredentials,
        SignsSshCertificates {
  private static final Comparator<FoundCredential> CLOSEST_FIRST =
      Comparator.comparing(FoundCredential::precedence)
          .thenComparing(FoundCredential::label)
          .thenComparing(FoundCredential::username)
          .thenComparing(FoundCredential::key);

  private final Vault vault;
  private final Driver driver;
  private final Leases leases;
  final Engines engines;
  private final Duration most;
  private final InstantSource clock;
  private volatile boolean closed;

  private VaultProvider(Vault vault, Settings settings, InstantSource clock) {
    this.vault = vault;
    this.clock = clock;
    most = settings.get(VaultSettings.REQUEST_TIMEOUT);
    driver = new Driver(vault);
    leases = new Leases(vault, driver, clock);
    engines = Engines.of(settings, vault, driver, leases);
  }

  static VaultProvider of(Settings settings, InstantSource clock) {
    return new VaultProvider(Vault.of(settings, clock), settings, clock);
  }

  /**
   * Whether Vault serves, and knows Postern. A standby is as good as the leader: it passes requests
   * on, or names the leader, who is followed.
   */
  @Override
  public Health health(HealthCheck check) {
    if (closed) {
      return Health.down("Vault at " + vault.faults().server() + ": this instance was closed");
    }
    engines.expire();
    TimeLimit limit = TimeLimit.until(check.deadline(), most, clock);
    try {
      HealthResponse health = driver.health(limit);
      int status = health.getRestResponse().getStatus();
      String server = vault.faults().server();
      if (Boolean.TRUE.equals(health.getSealed()) || status == 503) {
        return Health.down("Vault at " + server + " is sealed; an operator has to unseal it");
      }
      if (status != 200 || !Boolean.TRUE.equals(health.getInitialized())) {
        return Health.down(
            "Vault at "
                + server
                + " does not serve: not initialised, or a replica (status "
                + status
                + ")");
      }
      vault.requireLogOn(limit);
      boolean standby = Boolean.TRUE.equals(health.getStandby());
      return Health.up("Vault at " + server + (standby ? ", a standby" : ""));
    } catch (ProviderException e) {
      String text = String.valueOf(e.getMessage());
      return Health.down(text.length() > 1_000 ? text.substring(0, 1_000) : text);
    }
  }

  @Override
  public List<FoundCredential> find(FindRequest request) {
    String search = folded(request.search());
    Place place = new Place(request.endpoint(), request.call());
    // Two entries may lead to one role: it is found once, by the closest of them.
    Map<String, FoundCredential> found = new LinkedHashMap<>();
    TimeLimit limit = limit(request.call());
    engines.all().forEach(engine -> engine.find(place, limit, one -> add(one, found)));
    return found.values().stream()
        .filter(
            one -> folded(one.username()).contains(search) || folded(one.label()).contains(search))
        .sorted(CLOSEST_FIRST)
        .toList();
  }

  private static void add(FoundCredential one, Map<String, FoundCredential> found) {
    found.merge(one.key(), one, (a, b) -> a.precedence().compareTo(b.precedence()) <= 0 ? a : b);
  }

  private static String folded(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  @Override
  public Lent resolve(ResolveRequest request) {
    return lend(request.key(), request.endpoint(), request.call());
  }

  private Lent lend(String key, Endpoint endpoint, CallContext call) {
    TimeLimit limit = limit(call);
    return engines.of(key).resolve(Engines.name(key), new Place(endpoint, call), limit);
  }

  /**
   * Ends the lease; what was only read has none. What a call may have got without anybody knowing
   * its lease is not said to be given back.
   */
  @Override
  public void release(ReleaseRequest request) {
    TimeLimit limit = limit(request.call());
    String lease =
        request.leaseReference().isEmpty()
            ? leases.of(request.call().callId()).orElse("")
            : request.leaseReference();
    if (!lease.isEmpty()) {
      leases.revoke(request.key(), lease, limit);
      engines.ended(lease);
    }
    leases.lost().requireNone(request.key(), request.call().callId());
  }

  @Override
  public Lent checkOut(CheckOutRequest request) {
    TimeLimit limit = limit(request.call());
    String name = Engines.name(request.key());
    Place place = new Place(request.endpoint(), request.call());
    return engines.of(request.key()) instanceof LibraryEngine library
        ? library.checkOut(request, name, place, limit)
        : lend(request.key(), request.endpoint(), request.call());
  }

  /**
   * The lease is what is ended, and not the account by its name: the account may be another's by
   * now.
   */
  @Override
  public void checkIn(ReleaseRequest request) {
    release(request);
  }

  @Override
  public LeaseTerms renew(RenewRequest request) {
    TimeLimit limit = limit(request.call());
    if (request.leaseReference().isEmpty()) {
      throw vault
          .faults()
          .of(
              Failure.NOT_FOUND,
              true,
              "credential '" + request.key() + "' has no lease that could be renewed",
              "no lease reference",
              null);
    }
    try {
      LeaseTerms terms =
          leases.renew(request.key(), request.leaseReference(), request.until(), limit);
      engines.renewed(terms);
      return terms;
    } catch (ProviderException e) {
      if (e.failure() == Failure.NOT_FOUND) {
        engines.ended(request.leaseReference());
      }
      throw e;
    }
  }

  @Override
  public void rotate(RotateRequest request) {
    TimeLimit limit = limit(request.call());
    engines
        .of(request.key())
        .rotate(
            Engines.name(request.key()),
            request,
            new Place(request.endpoint(), request.call()),
            limit);
  }

  @Override
  public SignedCertificate sign(SignRequest request) {
    TimeLimit limit = limit(request.call());
    if (engines.of(request.key()) instanceof SshEngine ssh && ssh.signs()) {
      return ssh.sign(
          request,
          Engines.name(request.key()),
          new Place(request.endpoint(), request.call()),
          limit);
    }
    throw vault.faults().notFound(request.key());
  }

  /**
   * Postern's token is left to its end: with it Vault would end every lease that was got by it,
   * also of sessions that go on.
   */
  @Override
  public void close() {
    closed = true;
    vault.close();
    engines.close();
  }

  /**
   * The time for a call, for which there must be some, and an instance that is open. Whatever is
   * called, secrets whose leases are over go first.
   */
  private TimeLimit limit(CallContext call) {
    if (closed) {
      throw vault.faults().closed();
    }
    engines.expire();
    TimeLimit limit = TimeLimit.until(call.deadline(), most, clock);
    if (limit.isOver()) {
      throw vault
          .faults()
          .of(
              Failure.TIMED_OUT,
              true,
              "there was no time left to ask; try again with more",
              "deadline=" + call.deadline() + " had passed",
              null);
    }
    return limit;
  }

  /** The address. */
  @Override
  public String toString() {
    return "VaultProvider[" + vault.faults().server() + "]";
  }
}
