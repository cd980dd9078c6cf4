package io.postern.credential.aws;

import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.RandomPassword;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Rotates a secret: by its own rotation function where it has one, else by what the host gave.
 *
 * <p>The version that a call makes has an id that is made of the call's: so a call that is asked
 * again sees how far it got. Where the host changes the password, the new one is first stored with
 * the label AWSPENDING, then set at the endpoint, then made current. Whatever fails in between,
 * whoever comes next goes on with the same new password: perhaps the endpoint has it already.
 */
final class Rotation {
  private final SecretsService service;
  private final Lender lender;
  private final Faults faults;
  private final int length;
  private final Duration poll;
  private final SecureRandom random = new SecureRandom();

  Rotation(SecretsService service, Lender lender, Faults faults, int length, Duration poll) {
    this.service = service;
    this.lender = lender;
    this.faults = faults;
    this.length = length;
    this.poll = poll;
  }

  void rotate(RotateRequest request, TimeLimit limit) {
    String name = lender.parse(request.key()).name();
    StoredSecret stored = service.describe(name, limit);
    // Not asked of the person: what is owed is rotated also on behalf of somebody else.
    Terms terms = lender.fitting(stored, request.endpoint());
    String token = token(request);
    if (stored.hasBeenCurrent(token)) {
      return; // This call has succeeded before, and its answer was lost.
    }
    if (stored.rotatesItself()) {
      byItself(stored, token, limit);
    } else {
      byHost(stored, terms, token, request, limit);
    }
  }

  /** 32 to 64 characters, the same each time the call is asked. */
  private static String token(RotateRequest request) {
    MessageDigest hash = Hmac.sha256();
    hash.update(request.key().getBytes(StandardCharsets.UTF_8));
    hash.update((byte) 0);
    hash.update(request.call().callId().getBytes(StandardCharsets.UTF_8));
    return "postern-" + HexFormat.of().formatHex(hash.digest(), 0, 20);
  }

  private void byItself(StoredSecret stored, String token, TimeLimit limit) {
    String name = stored.name();
    boolean underWay = stored.pending().filter(token::equals).isPresent();
    if (!underWay && stored.pending().isPresent()) {
      throw ProviderException.withoutEffect(
          Failure.ROTATION_FAILED,
          "secret '"
              + name
              + "' in "
              + faults.place()
              + " is being rotated by somebody else, or such a rotation failed half way; it is tried"
              + " again, and if that stays so see its rotation function's log",
          "AWSPENDING is on " + stored.pending().orElse(""),
          null);
    }
    try {
      if (underWay && becomesCurrent(name, token, limit.half())) {
        return;
      }
    } catch (ProviderException e) {
      throw halfWay(e);
    }
    try {
      service.startRotation(name, token, underWay, limit);
    } catch (ProviderException e) {
      throw underWay ? halfWay(e) : e;
    }
    boolean done;
    try {
      done = becomesCurrent(name, token, limit);
    } catch (ProviderException e) {
      throw halfWay(e);
    }
    if (!done) {
      throw ProviderException.effectUnknown(
          Failure.ROTATION_FAILED,
          "the rotation of secret '"
              + name
              + "' in "
              + faults.place()
              + " was started and is not through yet; asked again, it goes on waiting",
          "version " + token + " is not AWSCURRENT yet",
          null);
    }
  }

  private boolean becomesCurrent(String name, String token, TimeLimit limit) {
    try {
      while (!limit.isOver()) {
        if (service.describe(name, limit).hasBeenCurrent(token)) {
          return true;
        }
        service.pause(poll, limit);
      }
    } catch (ProviderException e) {
      // The time may be over in the middle of a look as well as between two.
      if (e.failure() != Failure.TIMED_OUT || limit.left().compareTo(poll) > 0) {
        throw e;
      }
    }
    return false;
  }

  private void byHost(
      StoredSecret stored, Terms terms, String token, RotateRequest request, TimeLimit limit) {
    String name = stored.name();
    if (request.changer().isEmpty()) {
      throw faults.unusable(
          name,
          "it has no rotation function, and the host gave nothing that changes passwords at the"
              + " endpoint; give one of both");
    }
    if (!terms.kind().equals(Optional.of(CredentialKind.PASSWORD))) {
      throw faults.unusable(
          name,
          "only passwords can be rotated without a rotation function of its own; give it one, or"
              + " replace what is in it by hand");
    }
    String current =
        stored
            .version(StoredSecret.CURRENT)
            .orElseThrow(() -> faults.unusable(name, "no version of it is AWSCURRENT"));
    boolean underWay = stored.pending().isPresent();
    String pending = stored.pending().orElse(token);
    try (StoredValue now = service.valueOf(name, current, limit);
        Shape shape = lender.shape(stored, terms, now)) {
      if (!underWay) {
        prepare(stored, token, now, shape, limit);
      }
      try {
        if (change(stored, terms, pending, shape, request, limit)) {
          service.makeCurrent(name, pending, current, limit);
        }
      } catch (ProviderException e) {
        throw halfWay(e);
      }
    }
  }

  private void prepare(
      StoredSecret stored, String token, StoredValue now, Shape shape, TimeLimit limit) {
    try (Secret next = RandomPassword.of(random, length);
        Secret content = shape.withPassword(now.content(), next)) {
      service.putPending(stored.name(), token, content, now.binary(), limit);
    }
  }

  /**
   * Makes the endpoint take the pending password, once it was read back from the store. Says no
   * when another rotation has done all of it meanwhile.
   */
  private boolean change(
      StoredSecret stored,
      Terms terms,
      String pending,
      Shape before,
      RotateRequest request,
      TimeLimit limit) {
    try (StoredValue then = service.valueOf(stored.name(), pending, limit);
        Shape after = lender.shape(stored, terms, then);
        Credential current = lender.credential(stored, terms, before);
        Credential next = lender.credential(stored, terms, after)) {
      if (isFinished(stored, pending, limit)) {
        return false;
      }
      if (limit.isOver()) {
        throw faults.tooLate(Operation.MOVE_STAGE, stored.name());
      }
      PasswordChanger.Change change =
          new PasswordChanger.Change(
              request.endpoint(),
              current.username(),
              current.secrets().get(0),
              next.secrets().get(0),
              request.call());
      try {
        request.changer().orElseThrow().change(change);
      } catch (RuntimeException e) {
        throw ProviderException.effectUnknown(
            Failure.ROTATION_FAILED,
            "the password of secret '"
                + stored.name()
                + "' could not be changed at "
                + request.endpoint().name()
                + ", or it is not known whether it was; the new one is kept as AWSPENDING, and the"
                + " next try goes on with it",
            "PasswordChanger failed with " + e.getClass().getName(),
            e);
      }
      return true;
    }
  }

  /**
   * Looks once more: whoever was slow must not set a password at the endpoint that is none any
   * longer, or that a later one took the label from.
   */
  private boolean isFinished(StoredSecret before, String pending, TimeLimit limit) {
    StoredSecret now = service.describe(before.name(), limit);
    if (now.hasBeenCurrent(pending)) {
      return true;
    }
    boolean still =
        now.version(StoredSecret.CURRENT).equals(before.version(StoredSecret.CURRENT))
            && now.pending().orElse(pending).equals(pending);
    if (!still) {
      throw ProviderException.effectUnknown(
          Failure.ROTATION_FAILED,
          "secret '"
              + before.name()
              + "' in "
              + faults.place()
              + " was replaced by somebody else before its password was changed at the endpoint;"
              + " try again",
          "version " + pending + " is no longer the one to come",
          null);
    }
    return false;
  }

  /** What is begun is no longer without effect, whatever the last step did. */
  private static ProviderException halfWay(ProviderException e) {
    return e.isWithoutEffect()
        ? ProviderException.effectUnknown(
            e.failure(), String.valueOf(e.getMessage()), e.logText(), e)
        : e;
  }
}
