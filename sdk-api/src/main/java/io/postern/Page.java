package io.postern;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A part of a list, with the place at which the next part begins (rule CAT-6).
 *
 * <p>The place stays right while rows are added and removed: it names the last row's position in
 * the order, not a count.
 *
 * @param rows the rows, in the list's order
 * @param next hand this to {@link PageRequest#after(String)} for the next page; empty on the last
 *     one
 */
public record Page<T>(List<T> rows, Optional<String> next) implements Iterable<T> {
  public Page {
    rows = List.copyOf(rows);
  }

  /**
   * The one row that is there.
   *
   * @throws PosternException NOTHING_MATCHES when there is none, SEVERAL_MATCH when there are
   *     several, also on later pages
   */
  public T only() {
    if (rows.isEmpty()) {
      throw new PosternException(
          ErrorCode.NOTHING_MATCHES,
          "one row was expected and nothing that you may see matches; ask for less");
    }
    if (rows.size() > 1 || next.isPresent()) {
      throw new PosternException(
          ErrorCode.SEVERAL_MATCH,
          "one row was expected and "
              + (next.isPresent() ? "more than " : "")
              + rows.size()
              + " match, beginning with "
              + rows.stream().limit(2).map(String::valueOf).collect(Collectors.joining(" and "))
              + "; ask for it more narrowly");
    }
    return rows.get(0);
  }

  @Override
  public Iterator<T> iterator() {
    return rows.iterator();
  }
}
