package io.postern.core.jump;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.jump.HostKey;
import io.postern.jump.HostKeyTrust;
import io.postern.jump.JumpItem;
import io.postern.person.PersonId;
import io.postern.spi.connector.Connector.HostKeys;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Judges what the endpoint of one item shows, for one connection (rule INJ-5). Whatever is not
 * known to be right is refused; a failure of the store refuses by itself.
 */
final class EnrolledKeys implements HostKeys {
  private final Database database;
  private final Journal journal;
  private final InstantSource clock;
  private final JumpItem item;
  private final PersonId person;

  EnrolledKeys(
      Database database, Journal journal, InstantSource clock, JumpItem item, PersonId person) {
    this.database = database;
    this.journal = journal;
    this.clock = clock;
    this.item = item;
    this.person = person;
  }

  @Override
  public List<HostKey> enrolled() {
    return database.read(tx -> HostKeyRows.of(tx, item.id()));
  }

  @Override
  public void verify(HostKey shown) {
    HostKey key = HostKeyRows.canonical(requireNonNull(shown, "shown"));
    Optional<PosternException> refusal = database.read(tx -> refusal(tx, key));
    if (refusal.filter(no -> no.code() == ErrorCode.HOST_KEY_UNKNOWN).isPresent()
        && trustsOnFirstUse()) {
      refusal = database.change(tx -> enrolFirst(tx, key));
    }
    if (refusal.isPresent()) {
      PosternException no = refusal.get();
      journal.write(
          Act.of(person.value(), "host-key.refused", Subjects.of(item.id()))
              .with("code", no.code())
              .with("shown", key)
              .with("enrolled", fingerprints(enrolled()))
              .because(String.valueOf(no.getMessage())));
      throw no;
    }
  }

  /**
   * Why the key is not trusted, by the item as it is now: when it was pointed to another host since
   * the connection was begun, its keys are those of another host.
   */
  private Optional<PosternException> refusal(Tx tx, HostKey key) {
    if (current(tx).isEmpty()) {
      return Optional.of(
          new PosternException(
              ErrorCode.HOST_KEY_UNKNOWN,
              "'"
                  + item.name()
                  + "' was changed or removed while the connection was made, so the host key "
                  + key
                  + " cannot be judged; connect again"));
    }
    List<HostKey> known = HostKeyRows.of(tx, item.id());
    if (known.contains(key)) {
      return Optional.empty();
    }
    return Optional.of(known.isEmpty() ? unknown(key) : changed(item, known, key));
  }

  private Optional<JumpItem> current(Tx tx) {
    return ItemRows.find(tx, item.id())
        .map(ItemRow::item)
        .filter(now -> now.host().equals(item.host()) && now.port() == item.port());
  }

  private boolean trustsOnFirstUse() {
    return database
        .read(this::current)
        .filter(now -> now.hostKeyTrust() == HostKeyTrust.TRUST_ON_FIRST_USE)
        .isPresent();
  }

  /** Judged again behind the lock: somebody else's first use may have been faster. */
  private Optional<PosternException> enrolFirst(Tx tx, HostKey key) {
    HostKeyRows.lock(tx, item.id());
    Optional<PosternException> refusal = refusal(tx, key);
    if (refusal.filter(no -> no.code() == ErrorCode.HOST_KEY_UNKNOWN).isEmpty()
        || current(tx)
            .filter(now -> now.hostKeyTrust() == HostKeyTrust.TRUST_ON_FIRST_USE)
            .isEmpty()) {
      return refusal;
    }
    HostKeyRows.enrol(tx, item.id(), key, person, clock.instant());
    journal.write(
        tx,
        Act.of(person.value(), "host-key.trusted-on-first-use", Subjects.of(item.id()))
            .with("key", key)
            .with("host", item.host() + ":" + item.port()));
    return Optional.empty();
  }

  private PosternException unknown(HostKey key) {
    return new PosternException(
        ErrorCode.HOST_KEY_UNKNOWN,
        "the host of '"
            + item.name()
            + "' ("
            + item.host()
            + ":"
            + item.port()
            + ") shows the host key "
            + key
            + ", and none is enrolled; an administrator enrols it with Catalog.enrolHostKey, once the"
            + " fingerprint was compared with one got by another way");
  }

  /**
   * A key of a type that was never seen counts as changed too: who stands in between would
   * otherwise only have to offer another type.
   */
  static PosternException changed(JumpItem item, List<HostKey> known, HostKey shown) {
    return new PosternException(
        ErrorCode.HOST_KEY_CHANGED,
        "the host of '"
            + item.name()
            + "' ("
            + item.host()
            + ":"
            + item.port()
            + ") shows the host key "
            + shown
            + ", enrolled is "
            + fingerprints(known)
            + "; somebody may stand in between: find out why it changed, and pin the new key only"
            + " when it is right");
  }

  static String fingerprints(List<HostKey> keys) {
    return keys.isEmpty()
        ? "none"
        : keys.stream().map(HostKey::toString).collect(Collectors.joining(", "));
  }
}
