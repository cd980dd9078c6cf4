package io.postern.core.jump;

import io.postern.Page;
import io.postern.PageRequest;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Row;
import io.postern.core.store.Tx;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemQuery;
import io.postern.jump.JumpItemQuery.Field;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpItemSummary;
import io.postern.person.Person;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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

  /** The search tables know texts by their pieces of three characters. */
  private static final int SHORTEST_INDEXED = 3;

  private ItemSearch() {}

  static Page<JumpItemSummary> page(Tx tx, Person person, JumpItemQuery query, PageRequest page) {
    Statement statement = statement(tx.dialect(), person, query, page);
    List<Found> found = tx.list(statement.sql(), ItemSearch::read, statement.arguments().toArray());
    boolean more = found.size() > page.size();
    List<Found> shown = more ? found.subList(0, page.size()) : found;
    return new Page<>(
        shown.stream().map(Found::summary).toList(),
        more ? Optional.of(shown.get(shown.size() - 1).place().text()) : Optional.empty());
  }

  static Statement statement(
      Dialect dialect, Person person, JumpItemQuery query, PageRequest page) {
    Condition condition = Rights.visible(person, dialect);
    query.group().ifPresent(group -> condition.and("i.group_id = ?", group));
    query.fields().forEach((field, asked) -> condition.and(field(dialect, field, asked)));
    query.attributes().forEach((codeName, asked) -> condition.and(attribute(codeName, asked)));
    free(condition, dialect, SearchText.words(query));
    page.after()
        .map(Cursor::parse)
        .ifPresent(
            last -> condition.and("(" + order(dialect) + ") > (?, ?)", last.nameSort(), last.id()));
    return new Statement(
        "select "
            + COLUMNS
            + " from jump_item i where "
            + condition.sql()
            + " order by "
            + order(dialect)
            + " limit ?",
        List.of(condition.arguments(page.size() + 1)));
  }

  /** The order of bytes on both engines, as the index has it. */
  private static String order(Dialect dialect) {
    return dialect == Dialect.SQLITE
        ? "i.name_sort, i.id"
        : "i.name_sort collate \"C\", i.id collate \"C\"";
  }

  /** Every word stands somewhere in the item. */
  private static void free(Condition condition, Dialect dialect, Set<String> words) {
    if (!words.stream().allMatch(SearchText::storable)) {
      condition.and("1 = 0");
      return;
    }
    String indexed =
        words.stream()
            .filter(word -> word.codePointCount(0, word.length()) >= SHORTEST_INDEXED)
            .map(word -> '"' + word.replace("\"", "\"\"") + '"')
            .collect(Collectors.joining(" "));
    if (dialect == Dialect.SQLITE && !indexed.isEmpty()) {
      condition.and(
          "i.number in (select rowid from jump_item_search where jump_item_search match ?)",
          indexed);
    }
    for (String word : words) {
      // PostgreSQL's index reads the pattern itself and knows the backslash without being told.
      condition.and(
          "i.search_text like ?" + (dialect == Dialect.SQLITE ? " escape '\\'" : ""),
          "%" + escaped(word) + "%");
    }
  }

  static String escaped(String word) {
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }

  private static Condition field(Dialect dialect, Field field, JumpItemQuery.Condition asked) {
    String column =
        switch (field) {
          case NAME -> "i.name_sort";
          case METHOD -> "i.method";
          case HOST -> "i.host_folded";
          case COMMENTS -> "i.comments_folded";
          case TAG -> "i.tag_folded";
          case PUBLIC_IP -> "i.public_ip_folded";
          case PRIVATE_IP -> "i.private_ip_folded";
        };
    Condition condition = compared(column, asked);
    String value = SearchText.fold(asked.value());
    if (field == Field.NAME && SearchText.storable(value)) {
      // Lets the engine begin in the middle of the order by name.
      String name = dialect == Dialect.SQLITE ? column : column + " collate \"C\"";
      condition.and(name + " >= ?", value);
    }
    return condition;
  }

  private static Condition attribute(String codeName, JumpItemQuery.Condition asked) {
    if (!SearchText.storable(codeName)) {
      return Condition.of("1 = 0");
    }
    Condition condition =
        Condition.of("a.item = i.id and a.code_name = ?", codeName.toLowerCase(Locale.ROOT))
            .and(compared("a.value_folded", asked));
    return Condition.of(
        "exists (select 1 from jump_item_attribute a where " + condition.sql() + ")",
        condition.arguments());
  }

  private static Condition compared(String column, JumpItemQuery.Condition asked) {
    String value = SearchText.fold(asked.value());
    if (!SearchText.storable(value)) {
      return Condition.of("1 = 0");
    }
    // No LIKE: its patterns have a longest length, and nothing here needs escaping.
    return asked.prefix()
        ? Condition.of(
            "substr(" + column + ", 1, ?) = ?", value.codePointCount(0, value.length()), value)
        : Condition.of(column + " = ?", value);
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
