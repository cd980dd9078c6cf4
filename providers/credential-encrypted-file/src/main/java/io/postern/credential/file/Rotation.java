package io.postern.credential.file;

import static java.util.Objects.requireNonNull;

import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.credential.file.SealedSecret.Part;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.RandomPassword;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a password in three steps: the new one is written beside the old one, the endpoint is
 * made to take it, it becomes the password. Whoever comes after a crash between any two finds the
 * new one in the file and goes on with it, so that no password is ever set that nobody knows.
 */
final class Rotation {
  private final StoreFile file;
  private final Faults faults;
  private final int length;
  private final SecureRandom random = new SecureRandom();

  Rotation(StoreFile file, int length) {
    this.file = file;
    this.length = length;
    faults = file.faults();
  }

  void rotate(RotateRequest request, TimeLimit limit) {
    PasswordChanger changer =
        request
            .changer()
            .orElseThrow(
                () ->
                    faults.misconfigured(
                        "credential '"
                            + request.key()
                            + "' cannot be rotated: the encrypted file only keeps passwords, and"
                            + " the host gave nothing that changes them at the endpoint; give it a"
                            + " PasswordChanger",
                        "no PasswordChanger",
                        null));
    Contents prepared = prepare(request, limit);
    if (prepared == null) {
      return; // This call has succeeded before, and its answer was lost.
    }
    try {
      promote(request, change(request, changer, prepared), limit);
    } catch (ProviderException e) {
      // The new password is in the file, and perhaps at the endpoint.
      throw e.isWithoutEffect()
          ? ProviderException.effectUnknown(
              e.failure(), String.valueOf(e.getMessage()), e.logText(), e)
          : e;
    }
  }

  /** What the file holds once the new password is in it; nothing when this call is through. */
  private @Nullable Contents prepare(RotateRequest request, TimeLimit limit) {
    AtomicReference<@Nullable Contents> prepared = new AtomicReference<>();
    file.change(
        limit,
        now -> {
          StoredEntry stored = rotatable(now, request);
          if (stored.lastRotation().equals(request.call().callId())) {
            prepared.set(null);
            return now;
          }
          if (stored.pending() != null) {
            // Perhaps the endpoint has it already; another one would lock everybody out.
            prepared.set(now);
            return now;
          }
          try (Secret next = RandomPassword.of(random, length)) {
            SealedSecret pending = file.seal(next, Part.MAIN, request.key(), now);
            Contents after = now.with(stored.withPending(pending));
            prepared.set(after);
            return after;
          }
        });
    return prepared.get();
  }

  private StoredEntry rotatable(Contents now, RotateRequest request) {
    StoredEntry stored = now.find(request.key());
    if (stored == null) {
      throw faults.notFound(request.key());
    }
    // Not asked of the person: what is owed is rotated also on behalf of somebody else.
    if (!stored.entry().fits(request.endpoint())) {
      throw faults.denied(
          "credential '" + request.key() + "' is not for " + request.endpoint().name(),
          "key=" + request.key() + " conditions=" + stored.entry().conditionsInWords());
    }
    if (stored.entry().kind() != CredentialKind.PASSWORD) {
      throw faults.misconfigured(
          "credential '"
              + request.key()
              + "' is a private key, and only passwords can be rotated; replace the key at the"
              + " endpoint and put the new one into the file",
          "kind=" + stored.entry().kind(),
          null);
    }
    return stored;
  }

  /** Makes the endpoint take the pending password, and returns its generation. */
  private long change(RotateRequest request, PasswordChanger changer, Contents prepared) {
    StoredEntry stored = requireNonNull(prepared.find(request.key()));
    SealedSecret pending = requireNonNull(stored.pending());
    try (Secret current = file.open(stored.secret(), Part.MAIN, request.key(), prepared);
        Secret next = file.open(pending, Part.MAIN, request.key(), prepared)) {
      PasswordChanger.Change change =
          new PasswordChanger.Change(
              request.endpoint(), stored.entry().username(), current, next, request.call());
      try {
        changer.change(change);
      } catch (RuntimeException e) {
        throw notChanged(request, e);
      }
      return pending.generation();
    }
  }

  private static ProviderException notChanged(RotateRequest request, RuntimeException e) {
    return ProviderException.effectUnknown(
        Failure.ROTATION_FAILED,
        "the password of '"
            + request.key()
            + "' could not be changed at "
            + request.endpoint().name()
            + ", or it is not known whether it was; the new one is kept in the file, and the next"
            + " try goes on with it",
        "PasswordChanger failed with " + e.getClass().getName(),
        e);
  }

  private void promote(RotateRequest request, long generation, TimeLimit limit) {
    file.change(
        limit,
        now -> {
          StoredEntry stored = now.find(request.key());
          SealedSecret pending = stored == null ? null : stored.pending();
          if (stored != null && pending != null && pending.generation() == generation) {
            return now.with(stored.promoted(pending, request.call().callId()));
          }
          if (stored != null && stored.secret().generation() == generation) {
            return now; // Another rotation of the same account finished with the same password.
          }
          throw ProviderException.effectUnknown(
              Failure.ROTATION_FAILED,
              "credential '"
                  + request.key()
                  + "' was replaced or removed while its password was being changed at "
                  + request.endpoint().name()
                  + "; the endpoint may have a password that is not in the file: set it there and"
                  + " put it into the file",
              "pending generation " + generation + " is gone",
              null);
        });
  }
}
