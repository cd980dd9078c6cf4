package io.postern.tck;

import static io.postern.spi.credential.ProviderException.effectUnknown;
import static io.postern.spi.credential.ProviderException.withoutEffect;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.HearsOfSessions;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials;
import io.postern.spi.credential.SignsSshCertificates;
import io.postern.tck.MemoryStore.Account;
import io.postern.tck.MemoryStore.Gone;
import io.postern.tck.MemoryStore.Loan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** A provider that keeps every rule and has every capability. Not final: broken ones extend it. */
class MemoryProvider
    implements CredentialProvider,
        ChecksOutAccounts,
        RenewsLeases,
        RotatesCredentials,
        SignsSshCertificates,
        HearsOfSessions {
  private static final Duration LOAN = Duration.ofMinutes(20);

  final MemoryStore store;
  final InstantSource clock;
  private volatile boolean closed;

  MemoryProvider(MemoryStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** One request to the store, its failures made into those of the closed set. */
  <T> T asked(Duration left, Supplier<T> work) {
    if (closed) {
      throw withoutEffect(Failure.UNAVAILABLE, "this instance is closed", "", null);
    }
    if (left.isZero()) {
      throw withoutEffect(Failure.TIMED_OUT, "the deadline has passed", "", null);
    }
    try {
      return store.exchange(left, work);
    } catch (Gone e) {
      throw e.afterwards
          ? effectUnknown(Failure.TIMED_OUT, "the store did not answer", "", e)
          : withoutEffect(Failure.UNAVAILABLE, "the store is out of reach", "", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw effectUnknown(Failure.TIMED_OUT, "the wait was interrupted", "", e);
    }
  }

  private <T> T asked(CallContext call, Supplier<T> work) {
    return asked(call.timeLeft(clock), work);
  }

  @Override
  public Health health(HealthCheck check) {
    Duration left = Duration.between(clock.instant(), check.deadline());
    try {
      return asked(
          left.isNegative() ? Duration.ZERO : left, () -> Health.up("the store in memory"));
    } catch (ProviderException e) {
      return Health.down(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public List<FoundCredential> find(FindRequest request) {
    String search = request.search().toLowerCase(Locale.ROOT);
    return asked(
        request.call(),
        () ->
            store.accounts.values().stream()
                .filter(one -> store.fits(request.endpoint(), request.call().person()))
                .map(this::found)
                .filter(
                    one ->
                        (one.username() + "\n" + one.label())
                            .toLowerCase(Locale.ROOT)
                            .contains(search))
                .toList());
  }

  FoundCredential found(Account one) {
    FoundCredential found =
        FoundCredential.of(one.key, one.username, one.kind, Precedence.ITEM)
            .labelled("Account " + one.key)
            .exclusive(one.exclusive);
    return one.signed ? found.signedOnUse() : found;
  }

  Account fitting(String key, Endpoint endpoint, CallContext call) {
    Account one = store.accounts.get(key);
    if (one == null) {
      throw withoutEffect(Failure.NOT_FOUND, "there is no credential '" + key + "'", "", null);
    }
    if (!store.fits(endpoint, call.person())) {
      throw denied("credential '" + key + "' is not for " + call.person().id());
    }
    return one;
  }

  private static ProviderException denied(String text) {
    return withoutEffect(Failure.DENIED, text, "", null);
  }

  @Override
  public Lent resolve(ResolveRequest request) {
    CallContext call = request.call();
    return asked(
        call,
        () -> {
          Account one = fitting(request.key(), request.endpoint(), call);
          if (one.signed) {
            throw denied("credential '" + one.key + "' is signed on use");
          }
          if (one.exclusive && !one.holder.equals(call.person().id().value())) {
            throw denied("credential '" + one.key + "' is exclusive; held by '" + one.holder + "'");
          }
          return lend(one, call);
        });
  }

  Lent lend(Account one, CallContext call) {
    if (!one.leased) {
      return new Lent(credential(one), LeaseTerms.unlimited());
    }
    String reference = store.newReference();
    Instant end = clock.instant().plus(LOAN);
    store.loans.put(reference, new Loan(call.callId(), end));
    return new Lent(credential(one), new LeaseTerms(reference, Optional.of(end), true));
  }

  Credential credential(Account one) {
    return Credential.password(one.username, Secret.takeFrom(one.secret.clone()));
  }

  @Override
  public void release(ReleaseRequest request) {
    asked(
        request.call(),
        () ->
            request.leaseReference().isEmpty()
                ? store.loans.values().removeIf(loan -> loan.callId.equals(request.call().callId()))
                : store.loans.remove(request.leaseReference()) != null);
  }

  @Override
  public Lent checkOut(CheckOutRequest request) {
    CallContext call = request.call();
    return asked(
        call,
        () -> {
          Account one = fitting(request.key(), request.endpoint(), call);
          if (!one.exclusive) {
            return lend(one, call);
          }
          boolean held = one.holdEnd.isAfter(clock.instant());
          if (held && !one.holdCall.equals(call.callId())) {
            throw heldBy(one);
          }
          if (!held) {
            take(one, request);
          }
          return new Lent(
              credential(one), new LeaseTerms(one.holdReference, Optional.of(one.holdEnd), false));
        });
  }

  ProviderException heldBy(Account one) {
    return denied("'" + one.key + "' is checked out by " + one.holder);
  }

  private void take(Account one, CheckOutRequest request) {
    one.holder = request.call().person().id().value();
    one.holdCall = request.call().callId();
    one.holdReference = store.newReference();
    one.holdEnd = request.until();
  }

  @Override
  public void checkIn(ReleaseRequest request) {
    asked(
        request.call(),
        () -> {
          Account one = store.accounts.get(request.key());
          if (one != null && isHeldBy(one, request)) {
            letGo(one);
          }
          return "checked in";
        });
  }

  boolean isHeldBy(Account one, ReleaseRequest request) {
    return request.leaseReference().isEmpty()
        ? one.holdCall.equals(request.call().callId())
        : one.holdReference.equals(request.leaseReference());
  }

  static void letGo(Account one) {
    one.holder = "";
    one.holdCall = "";
    one.holdReference = "";
    one.holdEnd = Instant.MIN;
  }

  @Override
  public LeaseTerms renew(RenewRequest request) {
    return asked(
        request.call(),
        () -> {
          Loan loan = store.loans.get(request.leaseReference());
          if (loan == null) {
            throw withoutEffect(Failure.NOT_FOUND, "the lease has ended", "", null);
          }
          loan.end = request.until().isAfter(loan.end) ? request.until() : loan.end;
          return new LeaseTerms(request.leaseReference(), Optional.of(loan.end), true);
        });
  }

  @Override
  public void rotate(RotateRequest request) {
    Account one =
        asked(
            request.call(),
            () -> {
              Account found = store.accounts.get(request.key());
              if (found == null) {
                throw withoutEffect(Failure.NOT_FOUND, "no such credential", "", null);
              }
              if (request.changer().isEmpty()) {
                throw withoutEffect(Failure.MISCONFIGURED, "nobody changes passwords", "", null);
              }
              if (found.next.length == 0) {
                found.next = newPassword();
              }
              return found;
            });
    try (Secret current = Secret.takeFrom(one.secret.clone());
        Secret next = Secret.takeFrom(one.next.clone())) {
      request
          .changer()
          .orElseThrow()
          .change(
              new PasswordChanger.Change(
                  request.endpoint(), one.username, current, next, request.call()));
    } catch (RuntimeException e) {
      throw effectUnknown(Failure.ROTATION_FAILED, "the endpoint did not answer", "", e);
    }
    asked(
        request.call(),
        () -> {
          one.secret = one.next;
          one.next = new byte[0];
          return "rotated";
        });
  }

  byte[] newPassword() {
    return ("rotated-" + store.newReference() + "-password").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public SignedCertificate sign(SignRequest request) {
    return asked(
        request.call(),
        () -> {
          Account one = fitting(request.key(), request.endpoint(), request.call());
          Instant end = clock.instant().plus(LOAN);
          return new SignedCertificate(
              one.username,
              TestCertificate.line(request.publicKey(), one.username, end),
              new LeaseTerms("", Optional.of(end), false));
        });
  }

  @Override
  public void sessionStarted(SessionNote note) {}

  @Override
  public void sessionEnded(SessionNote note) {}

  @Override
  public void close() {
    closed = true;
  }
}
