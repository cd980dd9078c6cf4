package io.postern.credential.file;

import static java.util.Objects.requireNonNull;

import io.postern.spi.CallContext;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ReleaseRequest;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lets one at a time have an exclusive account. Who has it stands in the file, for all processes.
 */
final class CheckOuts {
  private final StoreFile file;
  private final Lender lender;
  private final InstantSource clock;

  CheckOuts(StoreFile file, Lender lender, InstantSource clock) {
    this.file = file;
    this.lender = lender;
    this.clock = clock;
  }

  Lent checkOut(CheckOutRequest request, TimeLimit limit) {
    AtomicReference<@Nullable Lent> lent = new AtomicReference<>();
    try {
      file.change(limit, now -> lend(request, now, lent));
      return requireNonNull(lent.get());
    } catch (RuntimeException e) {
      Lent unused = lent.get();
      if (unused != null) {
        unused.credential().close();
      }
      throw e;
    }
  }

  void checkIn(ReleaseRequest request, TimeLimit limit) {
    file.change(
        limit,
        now -> {
          StoredEntry stored = now.find(request.key());
          Hold hold = stored == null ? null : stored.hold();
          // Gone, expired and taken by another, or given back already: all the same to the caller.
          return stored == null || hold == null || !hold.isMeantBy(request)
              ? now
              : now.with(stored.heldBy(null));
        });
  }

  private Contents lend(
      CheckOutRequest request, Contents now, AtomicReference<@Nullable Lent> lent) {
    StoredEntry stored = lender.fitting(now, request.key(), request.endpoint(), request.call());
    if (!stored.entry().isExclusive()) {
      // As many as like may have it at once, so there is no holder to write down.
      lent.set(new Lent(lender.open(stored, now), LeaseTerms.unlimited()));
      return now;
    }
    Hold hold = hold(stored, request, now);
    LeaseTerms terms = new LeaseTerms(hold.reference(), Optional.of(hold.until()), false);
    lent.set(new Lent(lender.open(stored, now), terms));
    return hold.equals(stored.hold()) ? now : now.with(stored.heldBy(hold));
  }

  private Hold hold(StoredEntry stored, CheckOutRequest request, Contents now) {
    CallContext call = request.call();
    Hold last = stored.hold();
    if (last != null && !last.isOver(clock.instant())) {
      if (last.callId().equals(call.callId()) && last.person().equals(call.person().id())) {
        return last;
      }
      throw lender.heldBy(last, request.key());
    }
    if (!request.until().isAfter(clock.instant())) {
      throw file.faults()
          .denied(
              "credential '"
                  + request.key()
                  + "' cannot be checked out until a time that has passed; ask for a later one",
              "until=" + request.until());
    }
    return new Hold(
        call.person().id(),
        call.person().name(),
        call.callId(),
        "hold-" + now.nextRevision(),
        request.until());
  }
}
