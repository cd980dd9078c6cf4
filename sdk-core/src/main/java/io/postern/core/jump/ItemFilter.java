package io.postern.core.jump;

import io.postern.core.store.Database.Dialect;
import io.postern.jump.JumpItemQuery;
import io.postern.jump.JumpItemQuery.Field;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a query asks for as a condition on items {@code i} (rule CAT-7). */
final class ItemFilter {
  /** The search tables know texts by their pieces of three characters. */
  private static final int SHORTEST_INDEXED = 3;

  private final Dialect dialect;
  private final boolean byIndex;

  /**
   * @param byIndex whether indexes over all items may be used: only for who sees all of them
   */
  ItemFilter(Dialect dialect, boolean byIndex) {
    this.dialect = dialect;
    this.byIndex = byIndex;
  }

  Condition of(JumpItemQuery query) {
    Condition condition = Condition.of("1 = 1");
    query.group().ifPresent(group -> condition.and(column("i.group_id") + " = ?", group));
    query.fields().forEach((field, asked) -> condition.and(field(field, asked)));
    query.attributes().forEach((codeName, asked) -> condition.and(attribute(codeName, asked)));
    words(condition, SearchText.words(query));
    return condition;
  }

  /** A column as it is, or as an expression to which no index fits. */
  private String column(String name) {
    return byIndex ? name : "(" + name + " || '')";
  }

  /** Every word stands somewhere in the item. */
  private void words(Condition condition, Set<String> words) {
    if (!words.stream().allMatch(SearchText::storable)) {
      condition.and("1 = 0");
      return;
    }
    String indexed =
        words.stream()
            .filter(word -> word.codePointCount(0, word.length()) >= SHORTEST_INDEXED)
            .map(word -> '"' + word.replace("\"", "\"\"") + '"')
            .collect(Collectors.joining(" "));
    if (dialect == Dialect.SQLITE && byIndex && !indexed.isEmpty()) {
      condition.and(
          "i.number in (select rowid from jump_item_search where jump_item_search match ?)",
          indexed);
    }
    for (String word : words) {
      // PostgreSQL's index reads the pattern itself and knows the backslash without being told.
      condition.and(
          column("i.search_text") + " like ?" + (dialect == Dialect.SQLITE ? " escape '\\'" : ""),
          "%" + escaped(word) + "%");
    }
  }

  static String escaped(String word) {
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }

  private Condition field(Field field, JumpItemQuery.Condition asked) {
    String column =
        switch (field) {
          case NAME -> column("i.name_sort");
          case METHOD -> "i.method";
          case HOST -> "i.host_folded";
          case COMMENTS -> "i.comments_folded";
          case TAG -> "i.tag_folded";
          case PUBLIC_IP -> "i.public_ip_folded";
          case PRIVATE_IP -> "i.private_ip_folded";
        };
    Condition condition = compared(column, asked);
    String value = SearchText.fold(asked.value());
    if (field == Field.NAME && byIndex && SearchText.storable(value)) {
      // Lets the engine begin in the middle of the order by name.
      String name = dialect == Dialect.SQLITE ? column : column + " collate \"C\"";
      condition.and(name + " >= ?", value);
    }
    return condition;
  }

  private Condition attribute(String codeName, JumpItemQuery.Condition asked) {
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

  private Condition compared(String column, JumpItemQuery.Condition asked) {
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
}
