package io.postern.tck;

import static io.postern.spi.credential.ProviderException.effectUnknown;
import static io.postern.spi.credential.ProviderException.withoutEffect;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Secret;
import io.postern.spi.PluginContext;
import io.postern.spi.Settings;
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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What a capability can do wrong, and what is promised without one. */
@Rule("ECM-12")
class BrokenCapabilitiesTest {
  /** The mandatory core of the good provider, without any capability. */
  private record Core(MemoryProvider good) implements CredentialProvider {
    @Override
    public Health health(HealthCheck check) {
      return good.health(check);
    }

    @Override
    public List<FoundCredential> find(FindRequest request) {
      return good.find(request);
    }

    @Override
    public Lent resolve(ResolveRequest request) {
      return good.resolve(request);
    }

    @Override
    public void release(ReleaseRequest request) {
      good.release(request);
    }

    @Override
    public void close() {
      good.close();
    }
  }

  private static Outcome coreOver(Predicate<Account> keeping) {
    return Fault.inFactory(
        store -> {
          store.accounts.values().removeIf(keeping.negate());
          return new MemoryFactory(store) {
            @Override
            CredentialProvider provider(Settings settings, PluginContext context) {
              return new Core((MemoryProvider) super.provider(settings, context));
            }
          };
        });
  }

  @Test
  void a_provider_without_capabilities_passes_and_skips_them_by_name() {
    Outcome outcome = coreOver(one -> one.key.equals("app"));
    assertThat(outcome.rules()).isEmpty();
    assertThat(outcome.aborted().values())
        .anyMatch(text -> text.contains("it does not implement ChecksOutAccounts"))
        .anyMatch(text -> text.contains("it does not implement RenewsLeases"))
        .anyMatch(text -> text.contains("it does not implement RotatesCredentials"))
        .anyMatch(text -> text.contains("it does not implement SignsSshCertificates"));
  }

  @Test
  void exclusive_without_check_out() {
    assertThat(coreOver(one -> one.exclusive || one.key.equals("app")).rules())
        .containsExactly("CP-CAP-1");
  }

  @Test
  void signed_on_use_without_signing() {
    assertThat(coreOver(one -> one.signed || one.key.equals("app")).rules())
        .containsExactly("CP-CAP-2");
  }

  @Test
  void renewable_without_renewing() {
    assertThat(coreOver(one -> one.leased).rules()).containsExactly("CP-CAP-3");
  }

  @Test
  void a_check_out_for_two() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent checkOut(CheckOutRequest request) {
                    synchronized (store) { // broken in this alone, also when two ask at once
                      Account one = store.accounts.get(request.key());
                      if (one != null
                          && one.exclusive
                          && !one.holder.isEmpty()
                          && !one.holder.equals(request.call().person().id().value())) {
                        letGo(one);
                      }
                      return super.checkOut(request);
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-OUT-1");
  }

  @Test
  void a_check_out_that_looks_before_it_takes() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private final AtomicInteger looked = new AtomicInteger();

                  @Override
                  public Lent checkOut(CheckOutRequest request) {
                    Account one = store.accounts.get(request.key());
                    boolean free = one != null && one.exclusive && one.holder.isEmpty();
                    if (!free) {
                      return super.checkOut(request);
                    }
                    looked.incrementAndGet();
                    while (looked.get() < 2 && areOthersAsking()) {
                      Thread.onSpinWait();
                    }
                    synchronized (store) {
                      looked.decrementAndGet();
                      letGo(one); // as if it were free still
                      return super.checkOut(request);
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-OUT-1");
  }

  private static boolean areOthersAsking() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(
            thread ->
                thread != Thread.currentThread()
                    && thread.getName().equals(Thread.currentThread().getName()));
  }

  @Test
  void a_refusal_that_names_nobody() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  ProviderException heldBy(Account one) {
                    return withoutEffect(Failure.DENIED, "somebody has it", "", null);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-OUT-2");
  }

  @Test
  void a_check_out_that_does_not_know_its_own_call() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent checkOut(CheckOutRequest request) {
                    Account one = store.accounts.get(request.key());
                    if (one != null && one.holdCall.equals(request.call().callId())) {
                      throw heldBy(one);
                    }
                    return super.checkOut(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-OUT-3");
  }

  @Test
  void a_check_out_of_exclusive_accounts_only() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent checkOut(CheckOutRequest request) {
                    Account one = store.accounts.get(request.key());
                    if (one != null && !one.exclusive) {
                      throw withoutEffect(Failure.DENIED, "not exclusive", "", null);
                    }
                    return super.checkOut(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-OUT-4");
  }

  @Test
  void an_exclusive_account_for_who_has_not_checked_it_out() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent resolve(ResolveRequest request) {
                    Account one = store.accounts.get(request.key());
                    return one != null && one.exclusive
                        ? new Lent(credential(one), LeaseTerms.unlimited())
                        : super.resolve(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-OUT-5");
  }

  @Test
  void a_check_out_of_nothing_that_is_DENIED() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent checkOut(CheckOutRequest request) {
                    if (!store.accounts.containsKey(request.key())) {
                      throw withoutEffect(Failure.DENIED, "403", "", null);
                    }
                    return super.checkOut(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-OUT-6");
  }

  @Test
  void a_check_in_that_does_nothing() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  boolean isHeldBy(Account one, ReleaseRequest request) {
                    return request.leaseReference().isEmpty() && super.isHeldBy(one, request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-IN-1");
  }

  @Test
  void a_check_in_that_fails_the_second_time() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void checkIn(ReleaseRequest request) {
                    Account one = store.accounts.get(request.key());
                    if (one != null && one.holder.isEmpty()) {
                      throw withoutEffect(Failure.NOT_FOUND, "nobody holds it", "", null);
                    }
                    super.checkIn(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-IN-2");
  }

  @Test
  void a_check_in_that_ends_anybodys_hold() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  boolean isHeldBy(Account one, ReleaseRequest request) {
                    return true;
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-IN-3");
  }

  @Test
  void a_check_in_that_wants_its_reference() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  boolean isHeldBy(Account one, ReleaseRequest request) {
                    return !request.leaseReference().isEmpty() && super.isHeldBy(one, request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-IN-4");
  }

  @Test
  void a_renewal_that_shortens() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public LeaseTerms renew(RenewRequest request) {
                    LeaseTerms terms = super.renew(request);
                    return new LeaseTerms(
                        terms.reference(), Optional.of(clock.instant().plusSeconds(60)), true);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RENEW-1");
  }

  @Test
  void a_renewal_of_what_has_ended() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public LeaseTerms renew(RenewRequest request) {
                    return store.loans.containsKey(request.leaseReference())
                        ? super.renew(request)
                        : new LeaseTerms(
                            request.leaseReference(), Optional.of(request.until()), true);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-RENEW-2");
  }

  @Test
  void a_rotation_without_effect() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void rotate(RotateRequest request) {
                    Account one = store.accounts.get(request.key());
                    byte[] before = one == null ? new byte[0] : one.secret;
                    super.rotate(request);
                    one.secret = before;
                  }
                });
    assertThat(outcome.broken().keySet()).contains("CP-ROTATE-1");
    assertThat(outcome.rules()).isSubsetOf("CP-ROTATE-1", "CP-ROTATE-2");
  }

  @Test
  void a_rotation_that_begins_anew() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void rotate(RotateRequest request) {
                    Account one = store.accounts.get(request.key());
                    if (one != null) {
                      one.next = new byte[0];
                    }
                    super.rotate(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-ROTATE-2");
  }

  @Test
  void a_rotation_that_thinks_itself_done() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  private String last = "";

                  @Override
                  public void rotate(RotateRequest request) {
                    if (!last.equals(request.call().callId())) {
                      last = request.call().callId();
                      super.rotate(request);
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-ROTATE-2");
  }

  @Test
  void a_rotation_of_nothing_that_is_DENIED() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void rotate(RotateRequest request) {
                    if (!store.accounts.containsKey(request.key())) {
                      throw withoutEffect(Failure.DENIED, "403", "", null);
                    }
                    super.rotate(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-ROTATE-3");
  }

  @Test
  void a_missing_changer_that_is_UNAVAILABLE() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void rotate(RotateRequest request) {
                    if (request.changer().isEmpty()) {
                      throw withoutEffect(Failure.UNAVAILABLE, "no changer", "", null);
                    }
                    super.rotate(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-ROTATE-4");
  }

  @Test
  void a_changer_that_failed_as_the_store_being_away() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void rotate(RotateRequest request) {
                    try {
                      super.rotate(request);
                    } catch (ProviderException e) {
                      throw e.failure() == Failure.ROTATION_FAILED
                          ? effectUnknown(Failure.UNAVAILABLE, "no answer", "", e)
                          : e;
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-ROTATE-5");
  }

  @Test
  void a_certificate_for_another_key() {
    String other = SshCertificate.publicKeyLine(new byte[32]);
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public SignedCertificate sign(SignRequest request) {
                    return super.sign(
                        new SignRequest(
                            request.key(),
                            request.endpoint(),
                            other,
                            request.until(),
                            request.call()));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-SIGN-1");
  }

  @Test
  void a_user_who_is_no_principal() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public SignedCertificate sign(SignRequest request) {
                    SignedCertificate signed = super.sign(request);
                    return new SignedCertificate("root", signed.certificate(), signed.lease());
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-SIGN-2");
  }

  @Test
  void a_lease_that_outlives_its_certificate() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public SignedCertificate sign(SignRequest request) {
                    SignedCertificate signed = super.sign(request);
                    return new SignedCertificate(
                        signed.username(),
                        signed.certificate(),
                        new LeaseTerms(
                            "", Optional.of(clock.instant().plus(Duration.ofDays(1))), false));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-SIGN-3");
  }

  @Test
  void what_is_signed_on_use_resolved() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent resolve(ResolveRequest request) {
                    Account one = store.accounts.get(request.key());
                    return one != null && one.signed
                        ? new Lent(
                            io.postern.credential.Credential.privateKey(
                                one.username, Secret.takeFrom("no-such-key".toCharArray())),
                            LeaseTerms.unlimited())
                        : super.resolve(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-SIGN-4");
  }

  @Test
  void a_signature_by_nothing_that_is_DENIED() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public SignedCertificate sign(SignRequest request) {
                    if (!store.accounts.containsKey(request.key())) {
                      throw withoutEffect(Failure.DENIED, "403", "", null);
                    }
                    return super.sign(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-SIGN-5");
  }

  @Test
  void news_of_sessions_that_are_thrown_back_are_a_SHOULD() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void sessionEnded(SessionNote note) {
                    throw withoutEffect(Failure.UNAVAILABLE, "no audit today", "", null);
                  }
                });
    assertThat(outcome.broken()).isEmpty();
    assertThat(outcome.rules()).containsExactly("CP-HEAR-1");
  }
}
