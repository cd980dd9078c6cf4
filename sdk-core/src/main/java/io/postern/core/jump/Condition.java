package io.postern.core.jump;

import java.util.ArrayList;
import java.util.List;

/** A condition in SQL that grows, with its arguments. Not safe for use by several threads. */
final class Condition {
  private final StringBuilder sql = new StringBuilder();
  private final List<Object> arguments = new ArrayList<>();

  static Condition of(String sql, Object... arguments) {
    return new Condition().and(sql, arguments);
  }

  Condition and(String part, Object... values) {
    sql.append(sql.length() == 0 ? "" : " and ").append('(').append(part).append(')');
    arguments.addAll(List.of(values));
    return this;
  }

  Condition and(Condition other) {
    return and(other.sql(), other.arguments());
  }

  String sql() {
    return sql.toString();
  }

  Object[] arguments(Object... more) {
    List<Object> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return all.toArray();
  }
}
