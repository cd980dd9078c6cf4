package io.postern.core.jump;

import io.postern.core.store.Row;
import io.postern.core.store.Tx;
import io.postern.jump.HostKeyTrust;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.Occupancy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.PersonId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Items in the store. */
final class ItemRows {
  private ItemRows() {}

  static Optional<ItemRow> find(Tx tx, JumpItemId id) {
    Map<String, String> attributes = new LinkedHashMap<>();
    tx.list(
        "select code_name, value from jump_item_attribute where item = ?",
        row -> attributes.put(row.text("code_name"), row.text("value")),
        id);
    return tx.first("select * from jump_item where id = ?", row -> read(row, id, attributes), id);
  }

  static ItemRow read(Row row, JumpItemId id, Map<String, String> attributes) {
    JumpItem.Builder item =
        JumpItem.reachedBy(
                row.text("method"), id.value(), row.text("host"), (int) row.number("port"))
            .name(row.text("name"))
            .comments(row.text("comments"))
            .tag(row.text("tag"))
            .publicIp(row.text("public_ip"))
            .privateIp(row.text("private_ip"))
            .operatingSystem(row.text("operating_system"))
            .occupancy(new Occupancy((int) row.number("places"), row.duration("cleanup")))
            .disabled(row.flag("disabled"))
            .hostKeyTrust(HostKeyTrust.valueOf(row.text("host_key_trust")));
    row.optionalText("group_id").map(JumpGroupId::of).ifPresent(item::in);
    row.optionalText("personal_list_of").map(PersonId::of).ifPresent(item::onPersonalListOf);
    row.optionalText("jump_policy").map(JumpPolicyId::of).ifPresent(item::terms);
    row.optionalText("session_policy").map(SessionPolicyId::of).ifPresent(item::allowing);
    attributes.forEach(item::attribute);
    return new ItemRow(
        item.build(),
        JumpItemStatus.valueOf(row.text("status")),
        row.optionalInstant("online_since"),
        row.optionalInstant("last_accessed_at"),
        row.number("version"));
  }

  static void insert(Tx tx, JumpItem item) {
    Map<String, Object> columns = columns(item);
    columns.put("id", item.id());
    columns.put("status", JumpItemStatus.UNKNOWN);
    columns.put("version", 1);
    tx.run(
        "insert into jump_item ("
            + String.join(", ", columns.keySet())
            + ") values ("
            + String.join(", ", Collections.nCopies(columns.size(), "?"))
            + ")",
        columns.values().toArray());
    insertAttributes(tx, item);
  }

  /** Replaces the description, unless somebody was faster since {@code version} was read. */
  static boolean update(Tx tx, JumpItem item, long version) {
    Map<String, Object> columns = columns(item);
    List<Object> arguments = new ArrayList<>(columns.values());
    arguments.add(item.id());
    arguments.add(version);
    int changed =
        tx.run(
            "update jump_item set "
                + String.join(" = ?, ", columns.keySet())
                + " = ?, version = version + 1 where id = ? and version = ?",
            arguments.toArray());
    if (changed == 0) {
      return false;
    }
    tx.run("delete from jump_item_attribute where item = ?", item.id());
    insertAttributes(tx, item);
    return true;
  }

  /** Remembers the id of an item that is removed. */
  static void buried(Tx tx, JumpItemId id, Instant now) {
    tx.run(
        "insert into removed_item (id, removed_at) values (?, ?)"
            + " on conflict (id) do update set removed_at = excluded.removed_at",
        id,
        now);
  }

  /** Whether there was an item of this id before. */
  static boolean wasRemoved(Tx tx, JumpItemId id) {
    return tx.first("select id from removed_item where id = ?", row -> true, id).isPresent();
  }

  private static void insertAttributes(Tx tx, JumpItem item) {
    item.attributes()
        .forEach(
            (codeName, value) ->
                tx.run(
                    "insert into jump_item_attribute (item, code_name, value, value_folded)"
                        + " values (?, ?, ?, ?)",
                    item.id(),
                    codeName,
                    value,
                    SearchText.fold(value)));
  }

  private static Map<String, Object> columns(JumpItem item) {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("name", item.name());
    columns.put("name_sort", SearchText.fold(item.name()));
    columns.put("method", item.method());
    columns.put("host", item.host());
    columns.put("host_folded", SearchText.fold(item.host()));
    columns.put("port", item.port());
    columns.put("group_id", item.group());
    columns.put("personal_list_of", item.personalListOf());
    columns.put("comments", item.comments());
    columns.put("comments_folded", SearchText.fold(item.comments()));
    columns.put("tag", item.tag());
    columns.put("tag_folded", SearchText.fold(item.tag()));
    columns.put("public_ip", item.publicIp());
    columns.put("public_ip_folded", SearchText.fold(item.publicIp()));
    columns.put("private_ip", item.privateIp());
    columns.put("private_ip_folded", SearchText.fold(item.privateIp()));
    columns.put("operating_system", item.operatingSystem());
    columns.put("jump_policy", item.jumpPolicy());
    columns.put("session_policy", item.sessionPolicy());
    columns.put("places", item.occupancy().places());
    columns.put("cleanup", item.occupancy().cleanup());
    columns.put("disabled", item.disabled());
    columns.put("host_key_trust", item.hostKeyTrust());
    columns.put("search_text", SearchText.of(item));
    return columns;
  }
}
