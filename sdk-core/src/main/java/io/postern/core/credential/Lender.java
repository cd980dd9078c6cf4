package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.credential.Candidate;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.LeaseId;
import io.postern.spi.CallContext;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.SignsSshCertificates;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks a plug-in for a secret, once (rule ECM-9), and sees to it that whatever it gave, late or
 * unusable, is wiped and given back.
 */
final class Lender {
  private final CredentialManagers managers;
  private final LateLoans lateLoans;
  private final InstantSource clock;

  @Inject
  Lender(CredentialManagers managers, LateLoans lateLoans, InstantSource clock) {
    this.managers = managers;
    this.lateLoans = lateLoans;
    this.clock = clock;
  }

  /**
   * The secret for a lease that is INTENT; the receiver closes it.
   *
   * @throws PosternException what the manager failed with; PLUGIN_FAILED for an answer that cannot
   *     be used
   */
  Lent lend(Need need, Candidate candidate, LeaseRow intent) {
    NamedProvider provider = managers.find(need.credential().manager()).orElseThrow();
    Lent lent =
        candidate.signedOnUse()
            ? lend(
                provider, "sign", SignsSshCertificates.class, EphemeralKey::signedBy, need, intent)
            : intent.exclusive()
                ? lend(
                    provider, "check-out", ChecksOutAccounts.class, Lender::checkOut, need, intent)
                : lend(
                    provider, "resolve", CredentialProvider.class, Lender::resolve, need, intent);
    List<String> faults = faults(lent, candidate.kind());
    if (!faults.isEmpty()) {
      wipe(lent);
      lateLoans.owe(need, intent, lent == null ? null : lent.lease());
      throw HeldCall.brokenContract(provider.name(), "resolve", String.join(", ", faults), null);
    }
    return lent;
  }

  /** One way to have a member lend something. */
  private interface Way<C> {
    Lent of(C member, Need need, CallContext context);
  }

  private <C> Lent lend(
      NamedProvider provider,
      String what,
      Class<C> capability,
      Way<C> way,
      Need need,
      LeaseRow intent) {
    // Before it is made: its thread may be held up for longer than anybody waits for it.
    lateLoans.begin(intent.id());
    RoutedCall<C, Lent> call;
    try {
      call = begin(provider, what, capability, way, need, intent);
    } catch (RuntimeException | Error e) {
      lateLoans.ended(intent.id());
      throw e;
    }
    try {
      return call.await();
    } catch (PosternException e) {
      if (!isWithoutEffect(e)) {
        lateLoans.leave(intent.id());
      }
      throw e;
    }
  }

  private <C> RoutedCall<C, Lent> begin(
      NamedProvider provider,
      String what,
      Class<C> capability,
      Way<C> way,
      Need need,
      LeaseRow intent) {
    return provider
        .calls()
        .once(
            what,
            capability,
            (member, deadline) -> {
              if (intent.exclusive()) {
                provider.lenders().askedToCheckOut(need.credential(), member);
              }
              provider.lenders().asked(intent.id(), member);
              return way.of(member, need, context(need, intent, deadline));
            },
            late -> {
              wipe(late);
              lateLoans.owe(need, intent, late == null ? null : late.lease());
            },
            () -> lateLoans.ended(intent.id()),
            provider.lenders().holderFirst(need.credential()));
  }

  /** Whether it is known that nothing was lent. */
  static boolean isWithoutEffect(PosternException failure) {
    return failure instanceof ProviderException known && known.isWithoutEffect();
  }

  /**
   * With an idempotency key of the lease's own: a store that knows it lends once, and releases by
   * it.
   */
  private static CallContext context(Need need, LeaseRow intent, Instant deadline) {
    return new CallContext(
        need.person(),
        need.session(),
        Optional.of(need.endpoint().item()),
        need.purposeOfCall(),
        intent.id().value(),
        deadline);
  }

  private static Lent resolve(CredentialProvider member, Need need, CallContext context) {
    return member.resolve(new ResolveRequest(need.credential().key(), need.endpoint(), context));
  }

  private static Lent checkOut(ChecksOutAccounts member, Need need, CallContext context) {
    return member.checkOut(
        new CheckOutRequest(need.credential().key(), need.endpoint(), need.until(), context));
  }

  /**
   * Checks in what was checked out and releases anything else. Where nobody knows the reference of
   * what was lent, who was asked for it comes first: it may know that its answer was lost.
   */
  static RoutedCall<?, Boolean> giveBack(
      NamedProvider provider,
      boolean exclusive,
      LeaseId lease,
      String reference,
      Function<Instant, ReleaseRequest> request) {
    UnaryOperator<List<Member>> ordered =
        reference.isEmpty() ? provider.lenders().lenderFirst(lease) : UnaryOperator.identity();
    return exclusive
        ? provider
            .calls()
            .repeatable(
                "check-in",
                ChecksOutAccounts.class,
                (member, deadline) ->
                    given(provider, lease, member, () -> member.checkIn(request.apply(deadline))),
                ordered)
        : provider
            .calls()
            .repeatable(
                "release",
                CredentialProvider.class,
                (member, deadline) ->
                    given(provider, lease, member, () -> member.release(request.apply(deadline))),
                ordered);
  }

  private static boolean given(
      NamedProvider provider, LeaseId lease, Object member, Runnable giving) {
    try {
      giving.run();
      return true;
    } catch (ProviderException e) {
      if (e.failure() != Failure.UNAVAILABLE && e.failure() != Failure.TIMED_OUT) {
        provider.lenders().refused(lease, member);
      }
      throw e;
    }
  }

  private List<String> faults(@Nullable Lent lent, CredentialKind kind) {
    if (lent == null || lent.credential() == null || lent.lease() == null) {
      return List.of("it lent nothing, or without terms");
    }
    Credential credential = lent.credential();
    return Stream.of(
            credential.username().isBlank() ? "the user name was empty" : "",
            credential.secrets().stream()
                    .anyMatch(secret -> secret.isClosed() || secret.length() == 0)
                ? "the secret was empty"
                : "",
            credential.kind() != kind
                ? "it lent a " + credential.kind() + " where it had found a " + kind
                : "",
            lent.lease()
                .expiresAt()
                .filter(end -> !end.isAfter(clock.instant()))
                .map(end -> "the secret had expired already at " + end)
                .orElse(""))
        .filter(fault -> !fault.isEmpty())
        .toList();
  }

  private static void wipe(@Nullable Lent lent) {
    if (lent != null && lent.credential() != null) {
      lent.credential().close();
    }
  }
}
