package io.postern.core.credential;

import io.postern.core.connector.Connectors;
import io.postern.core.jump.Items;
import io.postern.core.store.Database;
import io.postern.credential.Lease.State;
import io.postern.jump.JumpItem;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.RotatesCredentials;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Whose turn it is to rotate a credential, and the call that does it. */
final class Rotation {
  /** What the lease that was given back does about the rotation it owes. */
  enum Turn {
    ROTATE,
    /** Another lease uses the credential: the last one to be given back rotates. */
    LEAVE,
    /** Another lease is being given back right now. */
    WAIT
  }

  /**
   * @param other the lease that decided it
   */
  record Decision(Turn turn, Optional<LeaseRow> other) {}

  private final Items items;
  private final Database database;
  private final Optional<PasswordChanger> changer;

  @Inject
  Rotation(Items items, Database database, Optional<PasswordChanger> changer) {
    this.items = items;
    this.database = database;
    this.changer = changer;
  }

  /**
   * Decides among all leases of one credential that are not over. Right only while they are locked:
   * then there is never more than one that rotates, and never none that is left to.
   */
  static Decision turn(List<LeaseRow> all, LeaseRow mine, Instant now) {
    List<LeaseRow> others = all.stream().filter(row -> !row.id().equals(mine.id())).toList();
    Optional<LeaseRow> atWork =
        others.stream()
            .filter(row -> row.state() == State.RETURNING && row.isClaimed(now))
            .findFirst();
    Optional<LeaseRow> user =
        others.stream()
            .filter(row -> row.state() != State.RETURNING || !row.isClaimed(now))
            .findFirst();
    if (user.isPresent()) {
      return new Decision(Turn.LEAVE, user);
    }
    return new Decision(atWork.isPresent() ? Turn.WAIT : Turn.ROTATE, atWork);
  }

  /** Where the credential logs on as of now; empty when the item is gone. */
  Optional<Endpoint> endpoint(LeaseRow row) {
    Optional<JumpItem> item = database.read(tx -> items.find(tx, row.item()));
    return item.map(Connectors::endpoint);
  }

  /** Rotates; the same call id each time lets the plug-in finish what it began. */
  void rotate(
      NamedProvider provider,
      LeaseRow row,
      Endpoint endpoint,
      Function<Instant, CallContext> context) {
    provider
        .calls()
        .once(
            "rotate",
            RotatesCredentials.class,
            (member, deadline) -> {
              member.rotate(
                  new RotateRequest(
                      row.credential().key(), endpoint, changer, context.apply(deadline)));
              return true;
            },
            late -> {},
            () -> {})
        .await();
  }
}
