package io.postern.tck;

import io.postern.credential.Secret;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One provider under one test: asks it within a time, remembers what it lent, and hears all that it
 * says.
 */
final class Subject {
  /** A key that no store has. */
  static final String UNKNOWN_KEY = "kit/there-is-no-such-credential";

  final ProviderUnderTest under;
  final KitClock clock;
  final Leaks leaks = new Leaks();
  private final Asking asking;
  private final Optional<LogEars> ears;
  private final AtomicInteger calls = new AtomicInteger();
  private final List<CredentialProvider> made = new ArrayList<>();
  private final List<Lent> lent = new ArrayList<>();
  private final List<ReleaseRequest> owed = new ArrayList<>();
  private @Nullable CredentialProvider provider;

  Subject(ProviderUnderTest under, KitClock clock) {
    this.under = under;
    this.clock = clock;
    asking = new Asking(under.patience, leaks);
    ears = LogEars.listen(leaks);
    under.secrets.forEach(leaks::learn);
    under.settingsSecrets().forEach(leaks::learn);
  }

  boolean hearsTheLog() {
    return ears.isPresent();
  }

  /** The instance that is asked, made when it is first needed. */
  CredentialProvider provider() throws Exception {
    if (provider == null) {
      provider = make();
    }
    return provider;
  }

  /** A further instance. */
  CredentialProvider make() throws Exception {
    TimedCall<CredentialProvider> timed =
        asking.ended(
            "create", TimedCall.start(() -> under.factory.create(under.settings, context())));
    Throwable thrown = timed.thrown();
    if (thrown != null) {
      ProviderException failure = asking.inTheSet("create", thrown);
      throw new RuleBroken(
          failure.failure() == Failure.MISCONFIGURED ? SpiRule.VAL_2 : SpiRule.CREATE_1,
          "create failed with " + failure.failure() + ": " + failure.getMessage(),
          failure);
    }
    CredentialProvider one = timed.returned();
    if (one == null) {
      throw new RuleBroken(SpiRule.CREATE_2, "create returned null");
    }
    made.add(one);
    return one;
  }

  PluginContext context() {
    return new PluginContext() {
      @Override
      public String instanceName() {
        return "conformance-kit";
      }

      @Override
      public InstantSource clock() {
        return clock;
      }
    };
  }

  CallContext call(Person person) {
    return call(person, "kit-call-" + calls.incrementAndGet());
  }

  CallContext call(Person person, String callId) {
    return until(person, callId, under.patience.dividedBy(2));
  }

  CallContext until(Person person, String callId, Duration left) {
    return new CallContext(
        person,
        Optional.empty(),
        Optional.of(under.endpoint.item()),
        "conformance",
        callId,
        clock.instant().plus(left));
  }

  ResolveRequest resolving(String key, Endpoint endpoint, CallContext call) {
    return new ResolveRequest(key, endpoint, call);
  }

  /** For an hour. */
  CheckOutRequest checkingOut(String key, CallContext call) {
    return new CheckOutRequest(
        key, under.endpoint, clock.instant().plus(Duration.ofHours(1)), call);
  }

  /** As {@link Asking#ask}. */
  <T> T ask(SpiRule rule, String what, Callable<T> call) throws Exception {
    return asking.ask(rule, what, call);
  }

  /** Makes a call, in time, whatever it comes to. */
  <T> TimedCall<T> timed(String what, Callable<T> call) throws Exception {
    return asking.ended(what, TimedCall.start(call));
  }

  /** As {@link Asking#ended}. */
  <T> TimedCall<T> ended(String what, TimedCall<T> timed) throws InterruptedException {
    return asking.ended(what, timed);
  }

  /** As {@link Asking#refused}. */
  ProviderException refused(SpiRule rule, String what, Callable<?> call, Failure... ways)
      throws Exception {
    return asking.refused(rule, what, call, ways);
  }

  /** As {@link Asking#inTheSet}. */
  ProviderException inTheSet(String what, Throwable thrown) {
    return asking.inTheSet(what, thrown);
  }

  Health health() throws Exception {
    return health(provider());
  }

  Health health(CredentialProvider one) throws Exception {
    HealthCheck check = new HealthCheck(clock.instant().plus(under.patience.dividedBy(2)));
    TimedCall<Health> timed = asking.ended("health", TimedCall.start(() -> one.health(check)));
    Throwable thrown = timed.thrown();
    if (thrown != null) {
      leaks.heard(SpiRule.LEAK_2, "what health threw", thrown);
      throw new RuleBroken(SpiRule.HEALTH_2, "health threw " + thrown.getClass().getName(), thrown);
    }
    Health health = timed.returned();
    if (health == null) {
      throw new RuleBroken(SpiRule.HEALTH_1, "health returned null");
    }
    leaks.heard(SpiRule.LEAK_4, "the detail of a health", health.detail());
    return health;
  }

  /** All that fits at home. */
  List<FoundCredential> found() throws Exception {
    return find(provider(), under.person, under.endpoint, "");
  }

  List<FoundCredential> find(
      CredentialProvider one, Person person, Endpoint endpoint, String search) throws Exception {
    FindRequest request = new FindRequest(endpoint, search, call(person));
    return heard(ask(SpiRule.FIND_1, "find", () -> one.find(request)));
  }

  List<FoundCredential> heard(@Nullable List<FoundCredential> found) {
    if (found == null || found.stream().anyMatch(one -> one == null)) {
      throw new RuleBroken(SpiRule.FIND_1, "find returned a null, or a list with one");
    }
    found.forEach(leaks::heard);
    return found;
  }

  /** Resolves what was found at home, and keeps it to be closed and released. */
  Lent resolve(FoundCredential one) throws Exception {
    return resolve(one.key(), call(under.person));
  }

  Lent resolve(String key, CallContext call) throws Exception {
    CredentialProvider asked = provider();
    ResolveRequest request = resolving(key, under.endpoint, call);
    String what = "resolve of '" + key + "'";
    return lent(what, key, call, ask(SpiRule.RESOLVE_1, what, () -> asked.resolve(request)));
  }

  /** Looks at what was lent, and remembers to give it back. */
  Lent lent(String what, String key, CallContext call, @Nullable Lent one) {
    if (one == null || one.credential() == null || one.lease() == null) {
      throw new RuleBroken(SpiRule.RESOLVE_1, what + " returned null, or parts that are");
    }
    synchronized (this) {
      lent.add(one);
      owed.add(new ReleaseRequest(key, one.lease().reference(), call));
    }
    leaks.heard(what, one);
    List<Secret> secrets = one.credential().secrets();
    if (secrets.isEmpty() || secrets.stream().anyMatch(s -> s.isClosed() || s.length() == 0)) {
      throw new RuleBroken(SpiRule.RESOLVE_2, what + " lent a secret that is empty or closed");
    }
    LeaseTerms lease = one.lease();
    if (lease.expiresAt().filter(end -> !end.isAfter(clock.instant())).isPresent()) {
      throw new RuleBroken(
          SpiRule.LEASE_1, what + " lent until " + lease.expiresAt() + ", now " + clock.instant());
    }
    return one;
  }

  void release(String key, String reference, CallContext call, SpiRule rule) throws Exception {
    CredentialProvider asked = provider();
    ask(
        rule,
        "release",
        () -> {
          asked.release(new ReleaseRequest(key, reference, call));
          return "released";
        });
  }

  /** The first leak in all that was heard. */
  void searchForSecrets() {
    leaks.heard(SpiRule.LEAK_1, "toString of the factory", String.valueOf(under.factory));
    made.forEach(
        one -> leaks.heard(SpiRule.LEAK_1, "toString of the provider", String.valueOf(one)));
    leaks
        .first()
        .ifPresent(
            broken -> {
              throw broken;
            });
  }

  /** Mends the store, gives back and closes everything, and forgets the secrets. */
  void finish() throws Exception {
    if (under.mend != null) {
      under.mend.run();
    }
    // As well as it goes: whatever fails here is another rule's business.
    TimedCall<?> tidying =
        TimedCall.start(
            () -> {
              owed.forEach(this::giveBack);
              made.forEach(this::shut);
              return "tidy";
            });
    if (!tidying.endsWithin(under.patience)) {
      tidying.interrupt();
    }
    lent.forEach(one -> one.credential().close());
    ears.ifPresent(LogEars::close);
    leaks.close();
    under.settings.closeSecrets();
  }

  private void giveBack(ReleaseRequest request) {
    try {
      provider().release(request);
    } catch (Exception e) {
      leaks.heard(SpiRule.LEAK_2, "release", e);
    }
  }

  private void shut(CredentialProvider one) {
    try {
      one.close();
    } catch (RuntimeException e) {
      leaks.heard(SpiRule.LEAK_2, "close", e);
    }
  }
}
