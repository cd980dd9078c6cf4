package io.postern.credential.file;

import io.postern.spi.CallContext;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Answers from one encrypted file. */
final class EncryptedFileProvider
    implements CredentialProvider, ChecksOutAccounts, RotatesCredentials {
  private static final Comparator<FoundCredential> CLOSEST_FIRST =
      Comparator.comparing(FoundCredential::precedence)
          .thenComparing(FoundCredential::label)
          .thenComparing(FoundCredential::username)
          .thenComparing(FoundCredential::key);

  private final StoreFile file;
  private final Faults faults;
  private final Duration lockTimeout;
  private final InstantSource clock;
  private final Lender lender;
  private final CheckOuts checkOuts;
  private final Rotation rotation;

  EncryptedFileProvider(
      StoreFile file, Duration lockTimeout, int rotationLength, InstantSource clock) {
    this.file = file;
    this.lockTimeout = lockTimeout;
    this.clock = clock;
    faults = file.faults();
    lender = new Lender(file);
    checkOuts = new CheckOuts(file, lender, clock);
    rotation = new Rotation(file, rotationLength);
  }

  @Override
  public Health health(HealthCheck check) {
    try {
      Contents contents = file.read(TimeLimit.until(check.deadline(), lockTimeout, clock));
      Path directory = file.path().getParent();
      return directory == null || !Files.isWritable(directory)
          ? Health.down(
              "the encrypted credential file "
                  + file.path()
                  + " opens, but its directory may not be written to, so that nothing can be checked"
                  + " out or rotated; give this process's account the right to")
          : Health.up(
              "encrypted credential file "
                  + file.path()
                  + " with "
                  + contents.entries().size()
                  + " credentials");
    } catch (ProviderException e) {
      return Health.down(shortened(e));
    }
  }

  /** A path may be longer than a health text. */
  private static String shortened(ProviderException e) {
    String text = String.valueOf(e.getMessage());
    return text.length() > 1_000 ? text.substring(0, 1_000) : text;
  }

  @Override
  public List<FoundCredential> find(FindRequest request) {
    Contents contents = file.read(limit(request.call()));
    String search = folded(request.search());
    return contents.entries().values().stream()
        .map(StoredEntry::entry)
        .filter(entry -> entry.fits(request.endpoint()) && entry.fits(request.call().person()))
        .filter(
            entry ->
                folded(entry.username()).contains(search) || folded(entry.label()).contains(search))
        .map(CredentialEntry::found)
        .sorted(CLOSEST_FIRST)
        .toList();
  }

  private static String folded(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  @Override
  public Lent resolve(ResolveRequest request) {
    Contents contents = file.read(limit(request.call()));
    StoredEntry stored =
        lender.fitting(contents, request.key(), request.endpoint(), request.call());
    if (stored.entry().isExclusive()) {
      Hold hold = stored.hold();
      if (hold == null || hold.isOver(clock.instant())) {
        throw faults.denied(
            "credential '" + request.key() + "' is exclusive; check it out instead",
            "resolve of an exclusive credential that nobody holds");
      }
      if (!hold.person().equals(request.call().person().id())) {
        throw lender.heldBy(hold, request.key());
      }
    }
    return new Lent(lender.open(stored, contents), LeaseTerms.unlimited());
  }

  /** Nothing is kept of what was resolved, so there is nothing to give back and nothing to fail. */
  @Override
  public void release(ReleaseRequest request) {}

  @Override
  public Lent checkOut(CheckOutRequest request) {
    return checkOuts.checkOut(request, limit(request.call()));
  }

  @Override
  public void checkIn(ReleaseRequest request) {
    checkOuts.checkIn(request, limit(request.call()));
  }

  @Override
  public void rotate(RotateRequest request) {
    rotation.rotate(request, limit(request.call()));
  }

  @Override
  public void close() {
    file.close(TimeLimit.forLocks(lockTimeout));
  }

  private TimeLimit limit(CallContext call) {
    return TimeLimit.of(call, lockTimeout, clock);
  }

  /** The path. */
  @Override
  public String toString() {
    return "EncryptedFileProvider[" + file.path() + "]";
  }
}
