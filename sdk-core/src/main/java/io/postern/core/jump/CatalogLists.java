package io.postern.core.jump;

import io.postern.Page;
import io.postern.PageRequest;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.KeysetPage;
import io.postern.core.store.Tx;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.SessionPolicy;
import io.postern.person.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What the catalog holds, by id, for who administers it. */
final class CatalogLists {
  /** A row with the text that its thing is made of. */
  private record Entry(String id, String text) {}

  private CatalogLists() {}

  static Page<JumpGroup> groups(Tx tx, PageRequest page) {
    KeysetPage<Cursor> keyset = keyset(page, "jump_group");
    List<Entry> found = entries(tx, keyset, "jump_group", "name");
    Map<String, Map<Principal, Set<JumpPermission>>> members = members(tx, found);
    return cut(
        keyset,
        "jump_group",
        found,
        row ->
            new JumpGroup(
                JumpGroupId.of(row.id()), row.text(), members.getOrDefault(row.id(), Map.of())));
  }

  static Page<JumpPolicy> jumpPolicies(Tx tx, PageRequest page) {
    return documents(tx, page, "jump_policy", PolicyDocuments::jumpPolicy);
  }

  static Page<SessionPolicy> sessionPolicies(Tx tx, PageRequest page) {
    return documents(tx, page, "session_policy", PolicyDocuments::sessionPolicy);
  }

  private static <T> Page<T> documents(
      Tx tx, PageRequest page, String table, Function<String, T> reader) {
    KeysetPage<Cursor> keyset = keyset(page, table);
    List<Entry> found = entries(tx, keyset, table, "document");
    return cut(keyset, table, found, row -> reader.apply(row.text()));
  }

  private static KeysetPage<Cursor> keyset(PageRequest page, String table) {
    return KeysetPage.of(page, table, place -> Cursor.parse(place).in(table));
  }

  private static <T> Page<T> cut(
      KeysetPage<Cursor> keyset, String table, List<Entry> found, Function<Entry, T> shown) {
    return keyset.cut(found, row -> new Cursor(table, row.id()).text(), shown);
  }

  private static List<Entry> entries(
      Tx tx, KeysetPage<Cursor> keyset, String table, String column) {
    // The order of bytes on both engines, whatever the database's language is.
    String id = tx.dialect() == Dialect.SQLITE ? "id" : "id collate \"C\"";
    List<Object> arguments = new ArrayList<>();
    keyset.after().ifPresent(last -> arguments.add(last.id()));
    arguments.add(keyset.limit());
    return tx.list(
        "select id, "
            + column
            + " as text from "
            + table
            + (keyset.after().isPresent() ? " where " + id + " > ?" : "")
            + " order by "
            + id
            + " limit ?",
        row -> new Entry(row.text("id"), row.text("text")),
        arguments.toArray());
  }

  /** The members of all these groups at once. */
  private static Map<String, Map<Principal, Set<JumpPermission>>> members(
      Tx tx, List<Entry> groups) {
    Map<String, Map<Principal, Set<JumpPermission>>> all = new HashMap<>();
    tx.list(
        "select group_id, kind, principal, permissions from jump_group_member where group_id in "
            + Rights.amongTexts(tx.dialect()),
        row ->
            all.computeIfAbsent(row.text("group_id"), group -> new LinkedHashMap<>())
                .put(
                    Rights.principal(row.text("kind"), row.text("principal")),
                    Rights.permissions(row.text("permissions"))),
        JsonObject.array(groups.stream().map(Entry::id).toList()));
    return all;
  }
}
