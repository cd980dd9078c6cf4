package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.core.store.Database;
import io.postern.credential.Credential;
import io.postern.credential.Candidate;
import io.postern.credential.CredentialKind;
import io.postern.spi.CallContext;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.SignsSshCertificates;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a plug-in for a secret, once (rule ECM-9), and sees to it that whatever it gave, late or
 * unusable, is wiped and given back.
 */
final class Lender {
  private static final Logger log = LoggerFactory.getLogger(Lender.class);

  private final CredentialManagers managers;
  private final Database database;
  private final InstantSource clock;

  @Inject
  Lender(CredentialManagers managers, Database database, InstantSource clock) {
    this.managers = managers;
    this.database = database;
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
        provider
            .calls()
            .start(
                candidate.signedOnUse() ? "sign" : intent.exclusive() ? "check-out" : "resolve",
                deadline -> {
                  provider.lending().add(intent.id());
                  return call(provider, need, candidate, intent, deadline);
                },
                late -> {
                  wipe(late);
                  owe(need, intent, late == null ? null : late.lease());
                },
                () -> provider.lending().remove(intent.id()))
            .await();
    List<String> faults = faults(lent, candidate.kind());
    if (!faults.isEmpty()) {
      wipe(lent);
      owe(need, intent, lent == null ? null : lent.lease());
      throw HeldCall.brokenContract(provider.name(), "resolve", String.join(", ", faults), null);
    }
    return lent;
  }

  private static Lent call(
      NamedProvider provider,
      Need need,
      Candidate candidate,
      LeaseRow intent,
      Instant deadline) {
    // An idempotency key of the lease's own: a store that knows it lends once, and releases by it.
    CallContext context =
        new CallContext(
            need.person(),
            need.session(),
            Optional.of(need.endpoint().item()),
            need.purpose() == LeaseRow.Purpose.CHECK_OUT ? "check-out" : "log-on",
            intent.id().value(),
            deadline);
    if (candidate.signedOnUse()) {
      return EphemeralKey.signedBy(
          provider.capability(SignsSshCertificates.class).orElseThrow(), need, context);
    }
    if (!intent.exclusive()) {
      return provider
          .provider()
          .resolve(new ResolveRequest(need.credential().key(), need.endpoint(), context));
    }
    return provider
        .capability(ChecksOutAccounts.class)
        .orElseThrow()
        .checkOut(
            new CheckOutRequest(need.credential().key(), need.endpoint(), need.until(), context));
  }

  /**
   * Notes for the sweep what must be given back. A lease that was settled meanwhile cannot be
   * opened again, so then it is given back here and now.
   */
  void owe(Need need, LeaseRow intent, @Nullable LeaseTerms terms) {
    String reference = terms == null ? "" : terms.reference();
    try {
      int noted =
          database.change(
              tx ->
                  tx.run(
                      "update lease set reference = ?, version = version + 1,"
                          + " due_at = case when state = 'RETURNING' then ? else due_at end"
                          + " where id = ? and state in ('INTENT', 'RETURNING')"
                          + " and settled_at is null",
                      reference,
                      clock.instant(),
                      intent.id()));
      if (noted == 0) {
        giveBackNow(need, intent, reference);
      }
    } catch (RuntimeException e) {
      // The row is still there and is settled by its call id.
      log.warn(
          "cannot note what is owed lease={} credential={}", intent.id(), need.credential(), e);
    }
  }

  private void giveBackNow(Need need, LeaseRow intent, String reference) {
    NamedProvider provider = managers.find(need.credential().manager()).orElseThrow();
    CallContext context =
        new CallContext(
            need.person(),
            need.session(),
            Optional.of(need.endpoint().item()),
            "give-back",
            intent.id().value(),
            clock.instant().plus(managers.limits().perCall()));
    ReleaseRequest request = new ReleaseRequest(need.credential().key(), reference, context);
    provider.calls().start("release", deadline -> release(provider, intent, request), done -> {});
  }

  private static boolean release(NamedProvider provider, LeaseRow intent, ReleaseRequest request) {
    try {
      giveBack(provider, intent.exclusive(), request);
    } catch (Throwable thrown) {
      log.warn(
          "an answer that came too late was not given back lease={} credential={} failure={}",
          intent.id(),
          intent.credential(),
          thrown.getClass().getName());
    }
    return true;
  }

  /** Checks in what was checked out and releases anything else. */
  static void giveBack(NamedProvider provider, boolean exclusive, ReleaseRequest request) {
    if (exclusive) {
      provider
          .capability(ChecksOutAccounts.class)
          .orElseThrow(() -> new HeldCall.BrokenAnswer("it cannot check accounts in any more"))
          .checkIn(request);
    } else {
      provider.provider().release(request);
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
