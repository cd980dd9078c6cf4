package io.postern.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statement of one start as scripts for pgbench: as it is, cut into four statements of a
 * transaction, and with a lock on the item instead of the exclusion constraint.
 */
final class StartScripts {
  /** What differs from one captured start to the next, to be drawn by pgbench. */
  record Known(String session, String item, long from, long until) {}

  private static final String DRAW =
      """
      \\set item random(1, :items)
      \\set id random(1, 4611686018427387904)
      \\set from_ms :base + random(0, :slots - 1) * :slot_ms
      \\set until_ms :from_ms + :slot_ms
      """;

  /** The same without the constraint, for a design that locks the item. */
  static final String LOCKED_TABLE =
      "create table reservation_locked (session text primary key references session (id),"
          + " item text not null, place integer not null, taken_from bigint not null,"
          + " taken_until bigint not null);"
          + "create index on reservation_locked (item, taken_from)";

  private final Map<String, String> variables = new LinkedHashMap<>();
  private final String one;

  StartScripts(CapturedStatement captured, Known known) {
    List<String> replacements = new ArrayList<>();
    for (Object argument : captured.arguments()) {
      replacements.add(stand(argument, known, replacements.size()));
    }
    one = captured.with(replacements);
  }

  /** Everything that stays the same is an argument too, as it is for Postern. */
  private String stand(@Nullable Object argument, Known known, int place) {
    if (argument == null) {
      return "null";
    }
    if (argument.equals("")) {
      // pgbench takes no empty variables.
      return "''::text";
    }
    if (argument.equals(known.session())) {
      return ":id::text";
    }
    if (argument.equals("session:" + known.session())) {
      return "('session:' || :id::text)";
    }
    if (argument.equals(known.item())) {
      return ":item::text";
    }
    if (argument.equals(known.from())) {
      return ":from_ms::bigint";
    }
    if (argument.equals(known.until())) {
      return ":until_ms::bigint";
    }
    String name = "p" + place;
    variables.put(name, argument.toString());
    String type =
        argument instanceof Long ? "bigint" : argument instanceof Integer ? "integer" : "text";
    return ":" + name + "::" + type;
  }

  Map<String, String> variables(int items) {
    Map<String, String> all = new LinkedHashMap<>(variables);
    all.put("items", Integer.toString(items));
    all.put("base", Long.toString(Starts.base().toEpochMilli()));
    all.put("slots", Integer.toString(Starts.SLOTS));
    all.put("slot_ms", Long.toString(Starts.SLOT.toMillis()));
    return all;
  }

  String oneStatement() {
    return DRAW + one + ";\n";
  }

  String fourStatements() {
    return DRAW
        + "begin;\nselect version from jump_item where id = :item::text;\n"
        + session()
        + ";\n"
        + between("with place as (", " returning session), s as (")
        + ";\n"
        + audit()
        + ";\ncommit;\n";
  }

  /** Looks for what overlaps while it holds the item, which nobody else can start meanwhile. */
  String lockedItem() {
    return DRAW
        + "begin;\nselect version from jump_item where id = :item::text for update;\n"
        + "select count(*) from reservation_locked where item = :item::text"
        + " and taken_from < :until_ms::bigint and taken_until > :from_ms::bigint;\n"
        + session()
        + ";\ninsert into reservation_locked (session, item, place, taken_from, taken_until)"
        + " values (:id::text, :item::text, 0, :from_ms::bigint, :until_ms::bigint);\n"
        + audit()
        + ";\ncommit;\n";
  }

  private String session() {
    return between("s as (", " and exists (select 1 from place) returning id) ");
  }

  private String audit() {
    return between(" and exists (select 1 from place) returning id) ", " from s");
  }

  private String between(String before, String after) {
    int begin = one.indexOf(before);
    int end = one.indexOf(after, begin + before.length());
    if (begin < 0 || end < 0) {
      throw new IllegalStateException(
          "the statement of a start has changed its shape; teach StartScripts the new one: " + one);
    }
    return one.substring(begin + before.length(), end);
  }
}
