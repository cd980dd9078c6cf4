package io.postern.core.jump;

import io.postern.Page;
import io.postern.PageRequest;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.KeysetPage;
import io.postern.core.store.Row;
import io.postern.core.store.Tx;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemQuery;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpItemSummary;
import io.postern.person.Person;
import java.util.List;

/**
 * Search in the store (rules CAT-6, CAT-7). Rights are part of the statement, so nothing that is
 * invisible is ever counted, cut off or passed over afterwards.
 */
final class ItemSearch {
  /** A statement that is ready to run. */
  record Statement(String sql, List<Object> arguments) {
    Statement {
      arguments = List.copyOf(arguments);
    }
  }

  private static final String COLUMNS =
      "i.id, i.name, i.name_sort, i.method, i.group_id, i.status, i.disabled, i.last_accessed_at";

  private ItemSearch() {}

  static Page<JumpItemSummary> page(Tx tx, Person person, JumpItemQuery query, PageRequest page) {
    KeysetPage<Cursor> keyset = keyset(page);
    Statement statement = statement(tx.dialect(), person, query, keyset);
    List<Found> found = tx.list(statement.sql(), ItemSearch::read, statement.arguments().toArray());
    return keyset.cut(found, row -> row.place().text(), Found::summary);
  }

  static KeysetPage<Cursor> keyset(PageRequest page) {
    return KeysetPage.of(page, "the list of jump items", Cursor::parse);
  }

  static Statement statement(
      Dialect dialect, Person person, JumpItemQuery query, KeysetPage<Cursor> page) {
    ItemFilter filter = new ItemFilter(dialect, Rights.seesEverything(person));
    Condition wanted = filter.of(query);
    Condition place = Condition.of("1 = 1");
    page.after()
        .ifPresent(
            last -> place.and("(" + order(dialect) + ") > (?, ?)", last.nameSort(), last.id()));
    if (Rights.seesEverything(person)) {
      wanted.and(place);
      return new Statement(
          "select " + COLUMNS + " from jump_item i where " + wanted.sql() + inOrder(dialect),
          List.of(wanted.arguments(page.limit())));
    }
    // What is visible is found before anything else is looked at, by its own indexes: through those
    // of the search or of the order by name, rows that are hidden would take their time (CAT-7).
    Condition inGroups = Rights.inGroups(person, dialect).and(wanted);
    Condition onOwnList = Rights.onOwnList(person).and(wanted);
    return new Statement(
        "with visible as materialized (select "
            + COLUMNS
            + " from jump_item i where "
            + inGroups.sql()
            + " union all select "
            + COLUMNS
            + " from jump_item i where "
            + onOwnList.sql()
            + ") select * from visible i where "
            + place.sql()
            + inOrder(dialect),
        List.of(inGroups.arguments(onOwnList.arguments(place.arguments(page.limit())))));
  }

  private static String inOrder(Dialect dialect) {
    return " order by " + order(dialect) + " limit ?";
  }

  /** The order of bytes on both engines, as the index has it. */
  private static String order(Dialect dialect) {
    return dialect == Dialect.SQLITE
        ? "i.name_sort, i.id"
        : "i.name_sort collate \"C\", i.id collate \"C\"";
  }

  /** The items that the person used, in the order that is given; invisible ones are not there. */
  static List<JumpItemSummary> used(Tx tx, Person person, String order, int limit) {
    Condition visible = Rights.visible(person, tx.dialect());
    return tx.list(
        "select "
            + COLUMNS
            + " from jump_item i join person_use u on u.item = i.id where "
            + visible.and("u.person = ?", person.id()).sql()
            + " order by "
            + order
            + ", i.id limit ?",
        row -> read(row).summary(),
        visible.arguments(limit));
  }

  /** A row and its place in the order. */
  private record Found(JumpItemSummary summary, Cursor place) {}

  private static Found read(Row row) {
    return new Found(
        new JumpItemSummary(
            JumpItemId.of(row.text("id")),
            row.text("name"),
            row.text("method"),
            row.optionalText("group_id").map(JumpGroupId::of),
            row.flag("disabled")
                ? JumpItemStatus.DISABLED
                : JumpItemStatus.valueOf(row.text("status")),
            row.optionalInstant("last_accessed_at")),
        new Cursor(row.text("name_sort"), row.text("id")));
  }
}
