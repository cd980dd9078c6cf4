package io.postern.core.jump;

import io.postern.core.store.Tx;
import io.postern.jump.HostKey;
import io.postern.jump.JumpItemId;
import io.postern.person.PersonId;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Enrolled host keys in the store, one for each type. */
final class HostKeyRows {
  private HostKeyRows() {}

  static List<HostKey> of(Tx tx, JumpItemId item) {
    return tx.list(
        "select algorithm, key_base64 from host_key where item = ? order by algorithm",
        row -> new HostKey(row.text("algorithm"), row.text("key_base64")),
        item);
  }

  static Optional<HostKey> ofType(Tx tx, JumpItemId item, String algorithm) {
    return of(tx, item).stream().filter(key -> key.algorithm().equals(algorithm)).findFirst();
  }

  static void enrol(Tx tx, JumpItemId item, HostKey key, PersonId by, Instant now) {
    HostKey stored = canonical(key);
    tx.run(
        "insert into host_key (item, algorithm, key_base64, enrolled_at, enrolled_by)"
            + " values (?, ?, ?, ?, ?)",
        item,
        stored.algorithm(),
        stored.base64(),
        now,
        by);
  }

  static int forget(Tx tx, JumpItemId item) {
    return tx.run("delete from host_key where item = ?", item);
  }

  static void forget(Tx tx, JumpItemId item, String algorithm) {
    tx.run("delete from host_key where item = ? and algorithm = ?", item, algorithm);
  }

  /**
   * Waits until nobody else changes the item's keys, and keeps others waiting until the commit: two
   * first uses at once must not enrol two keys of different types.
   */
  static void lock(Tx tx, JumpItemId item) {
    tx.run("update jump_item set version = version where id = ?", item);
  }

  /** One key has several spellings in Base64, with padding and without. */
  static HostKey canonical(HostKey key) {
    return HostKey.of(key.algorithm(), Base64.getDecoder().decode(key.base64()));
  }
}
