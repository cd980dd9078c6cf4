package io.postern.tck;

import static io.postern.spi.credential.ProviderException.withoutEffect;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.Settings;
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
import io.postern.tck.MemoryStore.Account;
import io.postern.testing.Rule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Each thing that the mandatory core of a provider can do wrong is caught by the rule it breaks,
 * and by no other.
 */
@Rule("ECM-12")
class BrokenProvidersTest {
  private static final Consumer<String> WANTS_COUNT =
      why -> assertThat(why).contains("say ProviderUnderTest.outstanding");

  @Test
  void healthy_while_down() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private boolean closed;

                  @Override
                  public Health health(HealthCheck check) {
                    return closed ? Health.down("closed") : Health.up("the store in memory");
                  }

                  @Override
                  public void close() {
                    closed = true;
                    super.close();
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-HEALTH-2");
    assertThat(outcome.broken().get("CP-HEALTH-2"))
        .contains("cut off before the first call, it says it is up")
        .contains("Look at: ask the store at each call");
  }

  @Test
  void down_whatever_the_store_says() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Health health(HealthCheck check) {
                    return Health.down("not implemented");
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-HEALTH-1", "CP-HEALTH-3");
  }

  @Test
  void health_that_throws() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Health health(HealthCheck check) {
                    return asked(Duration.ofSeconds(1), () -> Health.up("the store in memory"));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-HEALTH-2");
  }

  @Test
  void health_that_is_never_good_again() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private boolean wasDown;

                  @Override
                  public Health health(HealthCheck check) {
                    Health now = wasDown ? Health.down("was down") : super.health(check);
                    wasDown = !now.usable();
                    return now;
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-HEALTH-3");
  }

  @Test
  void null_where_a_list_belongs() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public List<FoundCredential> find(FindRequest request) {
                    List<FoundCredential> found = super.find(request);
                    return found.isEmpty() ? null : found;
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-FIND-1");
  }

  @Test
  void one_key_for_two_credentials() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public List<FoundCredential> find(FindRequest request) {
                    List<FoundCredential> found = new ArrayList<>(super.find(request));
                    found.addAll(found);
                    return found;
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-FIND-2");
  }

  @Test
  void keys_that_change() {
    AtomicInteger asked = new AtomicInteger();
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private final String mine = "#" + asked.incrementAndGet();

                  @Override
                  FoundCredential found(Account one) {
                    FoundCredential found =
                        FoundCredential.of(
                                one.key + mine,
                                one.username,
                                one.kind,
                                super.found(one).precedence())
                            .labelled("Account " + one.key)
                            .exclusive(one.exclusive);
                    return one.signed ? found.signedOnUse() : found;
                  }

                  @Override
                  Account fitting(String key, Endpoint endpoint, CallContext call) {
                    return super.fitting(key.replace(mine, ""), endpoint, call);
                  }

                  @Override
                  public void checkIn(ReleaseRequest request) {
                    super.checkIn(
                        new ReleaseRequest(
                            request.key().replace(mine, ""),
                            request.leaseReference(),
                            request.call()));
                  }
                });
    // What one instance calls it, another does not know: their group is broken with it.
    assertThat(outcome.rules()).containsExactly("CP-FIND-3", "CP-GROUP-1");
  }

  @Test
  void an_empty_list_on_error() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private boolean closed;

                  @Override
                  public List<FoundCredential> find(FindRequest request) {
                    try {
                      return super.find(request);
                    } catch (ProviderException e) {
                      if (closed || e.failure() == Failure.TIMED_OUT) {
                        throw e;
                      }
                      return List.of();
                    }
                  }

                  @Override
                  public void close() {
                    closed = true;
                    super.close();
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-FIND-4");
  }

  @Test
  void the_item_ignored() {
    assertThat(Fault.in(IgnoresTheItem::new).rules()).containsExactly("CP-FIND-5");
  }

  private static final class IgnoresTheItem extends MemoryProvider {
    IgnoresTheItem(MemoryStore store, java.time.InstantSource clock) {
      super(store, clock);
    }

    @Override
    public List<FoundCredential> find(FindRequest request) {
      return super.find(
          new FindRequest(atHome(request.endpoint()), request.search(), request.call()));
    }
  }

  private static Endpoint atHome(Endpoint other) {
    return new Endpoint(
        io.postern.jump.JumpItemId.of("orders-db"),
        other.name(),
        other.method(),
        other.host(),
        other.port(),
        other.group(),
        other.tag(),
        other.attributes());
  }

  private static CallContext byMaya(CallContext call) {
    return new CallContext(
        Person.named("maya", "Maya Lind").memberOf("dba").build(),
        call.session(),
        call.item(),
        call.purpose(),
        call.callId(),
        call.deadline());
  }

  @Test
  void the_person_ignored() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public List<FoundCredential> find(FindRequest request) {
                    return super.find(
                        new FindRequest(
                            request.endpoint(), request.search(), byMaya(request.call())));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-FIND-6");
  }

  @Test
  void the_search_ignored() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public List<FoundCredential> find(FindRequest request) {
                    return super.find(new FindRequest(request.endpoint(), "", request.call()));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-FIND-7");
  }

  @Test
  void a_search_that_minds_the_case_of_letters() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public List<FoundCredential> find(FindRequest request) {
                    return super.find(new FindRequest(request.endpoint(), "", request.call()))
                        .stream()
                        .filter(
                            one ->
                                one.username().contains(request.search())
                                    || one.label().contains(request.search()))
                        .toList();
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-FIND-7");
  }

  @Test
  void nothing_resolved() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  Lent lend(Account one, CallContext call) {
                    return null;
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RESOLVE-1");
  }

  @Test
  void another_kind_than_was_found() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  Credential credential(Account one) {
                    return Credential.token(one.username, Secret.takeFrom(one.secret.clone()));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RESOLVE-1");
  }

  @Test
  void an_empty_secret() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  Credential credential(Account one) {
                    return one.key.equals("report")
                        ? Credential.password(one.username, Secret.takeFrom(new byte[0]))
                        : super.credential(one);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RESOLVE-2");
  }

  @Test
  void an_empty_secret_on_error() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent resolve(ResolveRequest request) {
                    try {
                      return super.resolve(request);
                    } catch (ProviderException e) {
                      if (!"the store is out of reach".equals(e.getMessage())) {
                        throw e;
                      }
                      Secret nothing = Secret.takeFrom(new byte[0]);
                      return new Lent(Credential.password("", nothing), LeaseTerms.unlimited());
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RESOLVE-7");
  }

  @Test
  void a_cached_secret_when_the_store_is_gone() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private final Map<String, Lent> cache = new HashMap<>();

                  @Override
                  public synchronized Lent resolve(ResolveRequest request) {
                    try {
                      Lent lent = super.resolve(request);
                      cache.put(request.key(), copy(lent));
                      return lent;
                    } catch (ProviderException e) {
                      Lent last = cache.get(request.key());
                      if (last == null || !"the store is out of reach".equals(e.getMessage())) {
                        throw e;
                      }
                      return last;
                    }
                  }

                  private Lent copy(Lent lent) {
                    Secret copy = lent.credential().secrets().get(0).copy();
                    return new Lent(
                        Credential.password(lent.credential().username(), copy), lent.lease());
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RESOLVE-7");
  }

  @Test
  void the_same_Secret_for_two() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private final Map<String, Credential> cache = new HashMap<>();

                  @Override
                  Credential credential(Account one) {
                    return one.key.equals("app") && one.next.length == 0 && !rotated(one)
                        ? cache.computeIfAbsent(one.key, key -> super.credential(one))
                        : super.credential(one);
                  }

                  private boolean rotated(Account one) {
                    return new String(one.secret, StandardCharsets.UTF_8).startsWith("rotated");
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RESOLVE-3");
  }

  @Test
  void an_unknown_key_that_is_DENIED() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent resolve(ResolveRequest request) {
                    if (!store.accounts.containsKey(request.key())) {
                      throw withoutEffect(Failure.DENIED, "403", "", null);
                    }
                    return super.resolve(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RESOLVE-4");
  }

  @Test
  void a_secret_for_other_endpoints() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent resolve(ResolveRequest request) {
                    return super.resolve(
                        new ResolveRequest(
                            request.key(), atHome(request.endpoint()), request.call()));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RESOLVE-5");
  }

  @Test
  void a_secret_for_other_people() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent resolve(ResolveRequest request) {
                    boolean exclusive =
                        Optional.ofNullable(store.accounts.get(request.key()))
                            .filter(one -> one.exclusive)
                            .isPresent();
                    return super.resolve(
                        exclusive
                            ? request
                            : new ResolveRequest(
                                request.key(), request.endpoint(), byMaya(request.call())));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RESOLVE-6");
  }

  @Test
  void a_lease_by_another_clock() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  Lent lend(Account one, CallContext call) {
                    Lent lent = super.lend(one, call);
                    return new Lent(
                        lent.credential(),
                        new LeaseTerms(
                            lent.lease().reference(),
                            lent.lease().expiresAt().map(end -> end.minus(Duration.ofDays(3_000))),
                            lent.lease().renewable()));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-LEASE-1");
  }

  @Test
  void a_release_that_fails_the_second_time() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private final List<String> released = new ArrayList<>();

                  @Override
                  public synchronized void release(ReleaseRequest request) {
                    super.release(request);
                    if (!request.leaseReference().isEmpty()) {
                      if (released.contains(request.leaseReference())) {
                        throw withoutEffect(Failure.NOT_FOUND, "gone already", "", null);
                      }
                      released.add(request.leaseReference());
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RELEASE-1");
  }

  @Test
  void a_release_that_does_nothing() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void release(ReleaseRequest request) {
                    var before = Map.copyOf(store.loans);
                    super.release(request);
                    if (!request.leaseReference().isEmpty()) {
                      store.loans.putAll(before);
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RELEASE-1", "CP-RENEW-2");
  }

  @Test
  void a_release_that_fails_for_what_is_not_known() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void release(ReleaseRequest request) {
                    if (request.leaseReference().endsWith("0")) {
                      throw withoutEffect(Failure.NOT_FOUND, "no such lease", "", null);
                    }
                    super.release(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RELEASE-2");
  }

  @Test
  void a_lost_reference_that_is_not_made_up_for() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void release(ReleaseRequest request) {
                    if (!request.leaseReference().isEmpty()) {
                      super.release(request);
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RELEASE-3");
  }

  /** Knows by call id what it got an answer to, and takes everything else for given back. */
  private static class Forgetful extends MemoryProvider {
    final Map<String, String> answered = new ConcurrentHashMap<>();

    Forgetful(MemoryStore store, InstantSource clock) {
      super(store, clock);
    }

    @Override
    public Lent resolve(ResolveRequest request) {
      Lent lent = super.resolve(request);
      answered.put(request.call().callId(), lent.lease().reference());
      return lent;
    }

    @Override
    public Lent checkOut(CheckOutRequest request) {
      Lent lent = super.checkOut(request);
      answered.put(request.call().callId(), lent.lease().reference());
      return lent;
    }

    ReleaseRequest known(ReleaseRequest request) {
      String reference = answered.getOrDefault(request.call().callId(), "");
      return request.leaseReference().isEmpty()
          ? new ReleaseRequest(
              request.key(), reference.isEmpty() ? "unknown" : reference, request.call())
          : request;
    }

    @Override
    public void release(ReleaseRequest request) {
      super.release(known(request));
    }

    @Override
    public void checkIn(ReleaseRequest request) {
      super.checkIn(known(request));
    }
  }

  @Test
  @Rule("ECM-11")
  void a_lost_answer_that_counts_as_given_back() {
    Outcome outcome = Fault.in(Forgetful::new);
    assertThat(outcome.rules()).containsExactly("CP-IN-4", "CP-RELEASE-3");
    assertThat(outcome.broken().get("CP-RELEASE-3"))
        .contains("its answer was lost")
        .contains("counts 1 as not given back, and 0 before");
  }

  @Test
  void a_lost_answer_that_is_not_known_and_said_to_be_so() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new Forgetful(store, clock) {
                  private final Set<String> lost = ConcurrentHashMap.newKeySet();

                  private Lent noting(CallContext call, Supplier<Lent> asking) {
                    try {
                      return asking.get();
                    } catch (ProviderException e) {
                      if (!e.isWithoutEffect()) {
                        lost.add(call.callId());
                      }
                      throw e;
                    }
                  }

                  @Override
                  public Lent resolve(ResolveRequest request) {
                    return noting(request.call(), () -> super.resolve(request));
                  }

                  @Override
                  public Lent checkOut(CheckOutRequest request) {
                    return noting(request.call(), () -> super.checkOut(request));
                  }

                  @Override
                  ReleaseRequest known(ReleaseRequest request) {
                    if (lost.contains(request.call().callId())) {
                      throw withoutEffect(Failure.DENIED, "an answer was lost", "", null);
                    }
                    return super.known(request);
                  }
                });
    assertThat(outcome.rules()).isEmpty();
  }

  @Test
  void a_release_that_nobody_can_see_is_not_passed() {
    Outcome outcome =
        Outcome.of(
            new MemoryConformance() {
              @Override
              protected ProviderUnderTest provider(KitClock clock) {
                ProviderUnderTest under = super.provider(clock);
                under.outstanding = null;
                return under;
              }

              @Override
              boolean takesItsTime() {
                return false;
              }

              @Override
              MemoryFactory factory(MemoryStore store) {
                return new MemoryFactory(store) {
                  @Override
                  CredentialProvider provider(Settings settings, PluginContext context) {
                    return new MemoryProvider(store, context.clock()) {
                      @Override
                      public void release(ReleaseRequest request) {
                        // Whatever it is, it stays lent.
                      }
                    };
                  }
                };
              }
            });
    assertThat(outcome.aborted())
        .hasEntrySatisfying(
            "CP-RELEASE-1 MUST it is taken back, and the second time too", WANTS_COUNT)
        .hasEntrySatisfying("CP-RELEASE-3 MUST a lost reference is made up for", WANTS_COUNT)
        .hasEntrySatisfying("CP-GROUP-1 MUST another instance takes back and renews", WANTS_COUNT)
        .hasEntrySatisfying(
            "CP-RELEASE-3 MUST what was lent without an answer is not said to be given back",
            WANTS_COUNT);
  }

  @Test
  void a_release_that_pretends() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void release(ReleaseRequest request) {
                    try {
                      super.release(request);
                    } catch (ProviderException e) {
                      if (e.failure() == Failure.TIMED_OUT) {
                        throw e;
                      }
                      // else as if nothing had happened
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RELEASE-4");
  }

  @Test
  void an_exception_of_another_type() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  Account fitting(String key, Endpoint endpoint, CallContext call) {
                    if (key.startsWith("..")) {
                      throw new IllegalArgumentException("no path");
                    }
                    return super.fitting(key, endpoint, call);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-ERR-1");
    assertThat(outcome.broken().get("CP-ERR-1"))
        .contains("threw java.lang.IllegalArgumentException")
        .contains("catch what the client library throws");
  }

  @Test
  void a_failure_without_words() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  Account fitting(String key, Endpoint endpoint, CallContext call) {
                    if (!store.accounts.containsKey(key)) {
                      throw withoutEffect(Failure.NOT_FOUND, " ", "", null);
                    }
                    return super.fitting(key, endpoint, call);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-ERR-2");
  }

  @Test
  void an_effect_that_is_denied() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent checkOut(CheckOutRequest request) {
                    try {
                      return super.checkOut(request);
                    } catch (ProviderException e) {
                      throw withoutEffect(
                          e.failure(), String.valueOf(e.getMessage()), e.logText(), null);
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-ERR-3");
  }

  @Test
  void a_connection_that_may_have_had_an_effect_is_a_SHOULD() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent resolve(ResolveRequest request) {
                    try {
                      return super.resolve(request);
                    } catch (ProviderException e) {
                      throw ProviderException.effectUnknown(
                          e.failure(), String.valueOf(e.getMessage()), e.logText(), null);
                    }
                  }
                });
    assertThat(outcome.broken()).isEmpty();
    assertThat(outcome.rules()).containsExactly("CP-ERR-4");
  }

  @Test
  void leases_in_the_memory_of_one_instance() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private final Map<String, Boolean> mine = new ConcurrentHashMap<>();

                  @Override
                  Lent lend(Account one, CallContext call) {
                    Lent lent = super.lend(one, call);
                    mine.put(lent.lease().reference(), true);
                    return lent;
                  }

                  @Override
                  public void release(ReleaseRequest request) {
                    if (request.leaseReference().isEmpty()
                        || mine.containsKey(request.leaseReference())) {
                      super.release(request);
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-GROUP-1");
  }

  @Test
  void state_of_a_call_in_a_field() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private FindRequest current;

                  @Override
                  public synchronized List<FoundCredential> find(FindRequest request) {
                    current = request;
                    notifyAll();
                    long end = System.nanoTime() + 1_000_000_000L;
                    while (manyCall() && isFor(request) && System.nanoTime() < end) {
                      pause();
                    }
                    return super.find(current);
                  }

                  private boolean isFor(FindRequest request) {
                    return current.endpoint().item().equals(request.endpoint().item());
                  }

                  private boolean manyCall() {
                    return Thread.getAllStackTraces().keySet().stream()
                            .filter(one -> one.getName().equals("postern-tck-call"))
                            .count()
                        > 2;
                  }

                  private void pause() {
                    try {
                      wait(50);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-THREAD-1");
  }

  @Test
  void a_close_that_fails_the_second_time() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private boolean closed;

                  @Override
                  public void close() {
                    super.close();
                    if (closed) {
                      throw new IllegalStateException("closed already");
                    }
                    closed = true;
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-CLOSE-1");
  }

  @Test
  void a_closed_instance_that_goes_on() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void close() {
                    // nothing is open, so why bother
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-CLOSE-2");
  }

  @Test
  void a_thread_that_stays_is_a_SHOULD() {
    List<CountDownLatch> ends = new ArrayList<>();
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private boolean begun;

                  @Override
                  public synchronized Lent resolve(ResolveRequest request) {
                    if (!begun) {
                      begun = true;
                      CountDownLatch end = new CountDownLatch(1);
                      ends.add(end);
                      Thread thread = new Thread(() -> await(end), "pool of a client");
                      thread.setDaemon(true);
                      thread.start();
                    }
                    return super.resolve(request);
                  }

                  private void await(CountDownLatch end) {
                    try {
                      end.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }
                });
    ends.forEach(CountDownLatch::countDown);
    assertThat(outcome.broken()).isEmpty();
    assertThat(outcome.rules()).containsExactly("CP-CLOSE-3");
    assertThat(outcome.aborted().values()).anyMatch(text -> text.contains("[pool of a client]"));
  }
}
