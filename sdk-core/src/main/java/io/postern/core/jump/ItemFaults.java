package io.postern.core.jump;

import io.postern.core.store.Tx;
import io.postern.jump.JumpItem;
import java.util.ArrayList;
import java.util.List;

/** All that is wrong with an item that is to be saved, with regard to what else is there. */
final class ItemFaults {
  /** The order by name is an index, and an entry of it has a longest length. */
  private static final int LONGEST_FOLDED_NAME = 400;

  private ItemFaults() {}

  static List<String> of(Tx tx, JumpItem item) {
    List<String> faults = new ArrayList<>(item.faults());
    item.group()
        .filter(id -> isMissing(tx, "jump_group", id))
        .ifPresent(id -> faults.add("there is no group '" + id + "'; save it first"));
    item.jumpPolicy()
        .filter(id -> isMissing(tx, "jump_policy", id))
        .ifPresent(id -> faults.add("there is no jump policy '" + id + "'; save it first"));
    item.sessionPolicy()
        .filter(id -> isMissing(tx, "session_policy", id))
        .ifPresent(id -> faults.add("there is no session policy '" + id + "'; save it first"));
    storable(faults, "id", item.id().value());
    storable(faults, "name", item.name());
    storable(faults, "host", item.host());
    storable(faults, "comments", item.comments());
    storable(faults, "tag", item.tag());
    storable(faults, "public IP", item.publicIp());
    storable(faults, "private IP", item.privateIp());
    storable(faults, "operating system", item.operatingSystem());
    item.attributes().forEach((code, value) -> storable(faults, "attribute '" + code + "'", value));
    if (SearchText.fold(item.name()).length() > LONGEST_FOLDED_NAME) {
      faults.add("name is too long once its composed characters are written out");
    }
    return faults;
  }

  static void storable(List<String> faults, String what, String text) {
    if (!SearchText.storable(text)) {
      faults.add(what + " must not contain the character zero or half of a surrogate pair");
    }
  }

  static boolean isMissing(Tx tx, String table, Record id) {
    return tx.first("select id from " + table + " where id = ?", row -> true, id).isEmpty();
  }
}
