package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.connector.Connectors;
import io.postern.core.jump.Items;
import io.postern.core.store.Database;
import io.postern.credential.Lease.State;
import io.postern.jump.JumpItem;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.RotatesCredentials;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Whose turn it is to rotate a credential, and the call that does it. */
final class Rotation {
  /** What the lease that was given back does about the rotation it owes. */
  enum Turn {
    ROTATE,
    /** Another lease uses the credential: the last one to be given back rotates. */
    LEAVE,
    /** Another lease is being given back right now, or lent: that may yet come to nothing. */
    WAIT
  }

  /**
   * @param other the lease that decided it
   */
  record Decision(Turn turn, Optional<LeaseRow> other) {}

  private static final String BY_HAND = " rotate it by hand";

  private final Items items;
  private final Database database;
  private final Optional<PasswordChanger> changer;
  private final LentEndpoints endpoints;
  private final LateRotations late;

  @Inject
  Rotation(
      Items items,
      Database database,
      Optional<PasswordChanger> changer,
      LentEndpoints endpoints,
      LateRotations late) {
    this.items = items;
    this.database = database;
    this.changer = changer;
    this.endpoints = endpoints;
    this.late = late;
  }

  /**
   * Decides among all leases of one credential that are not over. Right only while they are locked:
   * then there is never more than one that rotates, and never none that is left to.
   */
  static Decision turn(List<LeaseRow> all, LeaseRow mine, Instant now) {
    List<LeaseRow> others = all.stream().filter(row -> !row.id().equals(mine.id())).toList();
    Optional<LeaseRow> atWork = others.stream().filter(row -> isUndecided(row, now)).findFirst();
    Optional<LeaseRow> user = others.stream().filter(row -> !isUndecided(row, now)).findFirst();
    if (user.isPresent()) {
      return new Decision(Turn.LEAVE, user);
    }
    return new Decision(atWork.isPresent() ? Turn.WAIT : Turn.ROTATE, atWork);
  }

  /** Whether it may be over at any moment, with nobody left who would rotate. */
  private static boolean isUndecided(LeaseRow row, Instant now) {
    return row.state() == State.INTENT || (row.state() == State.RETURNING && row.isClaimed(now));
  }

  /**
   * Where a credential is rotated.
   *
   * @param whyNot why nowhere, where {@code endpoint} is empty
   */
  record Where(Optional<Endpoint> endpoint, String whyNot) {
    private static Where nowhere(String whyNot) {
      return new Where(Optional.empty(), whyNot);
    }
  }

  /**
   * Where the secret was lent for, as long as the item still leads there. Items are moved by people
   * who may not have the credential: a new password must not go where they point.
   */
  Where where(LeaseRow row) {
    Optional<JumpItem> item = database.read(tx -> items.find(tx, row.item()));
    if (item.isEmpty()) {
      return Where.nowhere("the jump item is gone, so nobody knows where to rotate;" + BY_HAND);
    }
    Optional<Endpoint> lent = endpoints.read(row.item(), row.endpoint());
    if (lent.isEmpty()) {
      return Where.nowhere("nobody knows where it was lent for;" + BY_HAND);
    }
    String then = target(lent.get());
    String now = target(Connectors.endpoint(item.get()));
    return then.equals(now)
        ? new Where(lent, "")
        : Where.nowhere(
            "the jump item leads to "
                + now
                + " and led to "
                + then
                + " when the secret was lent;"
                + BY_HAND
                + ", or move the item back and try again");
  }

  private static String target(Endpoint endpoint) {
    return endpoint.method()
        + "://"
        + endpoint.host().toLowerCase(Locale.ROOT)
        + ":"
        + endpoint.port();
  }

  /**
   * Rotates; the same call id each time lets the plug-in finish what it began.
   *
   * @return false when a rotation of the credential runs already, and nothing was done
   */
  boolean rotate(
      NamedProvider provider,
      LeaseRow row,
      Endpoint endpoint,
      Function<Instant, CallContext> context) {
    if (!late.begin(row)) {
      return false;
    }
    Watched watched = new Watched(changer);
    RoutedCall<?, Boolean> call;
    try {
      call =
          provider
              .calls()
              .onceWith(
                  "rotate",
                  RotatesCredentials.class,
                  (member, deadline) -> {
                    member.rotate(
                        new RotateRequest(
                            row.credential().key(),
                            endpoint,
                            watched.changer(),
                            context.apply(deadline)));
                    return true;
                  },
                  well -> late.wentWell(row.credential()),
                  () -> late.ended(row.credential()),
                  watched::isAsked);
    } catch (RuntimeException | Error e) {
      late.ended(row.credential());
      throw e;
    }
    try {
      call.await();
      return true;
    } catch (PosternException e) {
      throw e.code() == ErrorCode.CREDENTIAL_TIMED_OUT && watched.isAsked()
          ? notChangedInTime(row, endpoint, e)
          : e;
    }
  }

  private static ProviderException notChangedInTime(
      LeaseRow row, Endpoint endpoint, PosternException tooLate) {
    return ProviderException.effectUnknown(
        Failure.ROTATION_FAILED,
        "the host's PasswordChanger did not answer in time for credential "
            + row.credential()
            + " at "
            + endpoint.name()
            + "; see whether the endpoint can be reached from here",
        "",
        tooLate);
  }

  /** The host's changer, and whether a plug-in waits for it: who is late then is not the store. */
  private static final class Watched {
    private final Optional<PasswordChanger> host;
    private final AtomicInteger asked = new AtomicInteger();

    Watched(Optional<PasswordChanger> host) {
      this.host = host;
    }

    boolean isAsked() {
      return asked.get() > 0;
    }

    Optional<PasswordChanger> changer() {
      return host.map(
          one ->
              change -> {
                asked.incrementAndGet();
                try {
                  one.change(change);
                } finally {
                  asked.decrementAndGet();
                }
              });
    }
  }
}
