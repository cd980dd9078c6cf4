package io.postern;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

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
   * @throws PosternException JUMP_ITEM_NOT_FOUND when there is none, JUMP_ITEM_AMBIGUOUS when there
   *     are several
   */
  public T only() {
    if (rows.isEmpty()) {
      throw new PosternException(
          ErrorCode.JUMP_ITEM_NOT_FOUND,
          "nothing that you may see matches; search for less, or ask for access");
    }
    if (rows.size() > 1 || next.isPresent()) {
      throw new PosternException(
          ErrorCode.JUMP_ITEM_AMBIGUOUS,
          "one was expected and "
              + (next.isPresent() ? "more than " : "")
              + rows.size()
              + " match, the first two "
              + rows.get(0)
              + " and "
              + rows.get(1)
              + "; search for more of the name");
    }
    return rows.get(0);
  }

  @Override
  public Iterator<T> iterator() {
    return rows.iterator();
  }
}
