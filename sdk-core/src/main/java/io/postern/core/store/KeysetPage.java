package io.postern.core.store;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PageRequest;
import io.postern.PosternException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One page of a list whose place is the key of the page's last row: the place checked, one row more
 * than asked for, and the page cut from what was found.
 *
 * <p>A room that lists things by the ids of {@link Ids} adopts it in three lines, the newest first
 * here:
 *
 * <pre>{@code
 * KeysetPage<String> keyset = KeysetPage.byId(page, "the list of sessions");
 * // where: keyset.after().ifPresent(last -> add("id < ?", last)); at the end: "order by id desc
 * // limit ?" with keyset.limit()
 * return keyset.cut(rows, row -> row.id().value(), SessionRow::detail);
 * }</pre>
 *
 * @param <P> the place, as statements compare it
 */
public final class KeysetPage<P> {
  /** What {@link Ids} makes, and the ids of notices. */
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z]{26}");

  private final int size;
  private final Optional<P> after;

  private KeysetPage(int size, Optional<P> after) {
    this.size = size;
    this.after = after;
  }

  /**
   * A page in any order.
   *
   * @param list what people call it, such as "the audit trail"
   * @param parse reads a place that {@link #cut} wrote; throws IllegalArgumentException on any
   *     other
   * @throws PosternException QUERY_INVALID when it does
   */
  public static <P> KeysetPage<P> of(PageRequest page, String list, Function<String, P> parse) {
    return new KeysetPage<>(page.size(), page.after().map(place -> parsed(place, list, parse)));
  }

  /**
   * A page in the order of generated ids.
   *
   * @throws PosternException QUERY_INVALID when the place is none
   */
  public static KeysetPage<String> byId(PageRequest page, String list) {
    return of(page, list, KeysetPage::id);
  }

  private static String id(String place) {
    if (!ID.matcher(place).matches()) {
      throw new IllegalArgumentException("no id");
    }
    return place;
  }

  private static <P> P parsed(String place, String list, Function<String, P> parse) {
    try {
      return requireNonNull(parse.apply(place));
    } catch (IllegalArgumentException e) {
      throw new PosternException(
          ErrorCode.QUERY_INVALID,
          "'"
              + place
              + "' is no place in "
              + list
              + "; hand back Page.next() as it is, or begin with the first page",
          e);
    }
  }

  /** Behind which row the page begins; empty for the first page. */
  public Optional<P> after() {
    return after;
  }

  /** How many rows to ask the store for: the one more tells whether there is a next page. */
  public int limit() {
    return size + 1;
  }

  /**
   * The page.
   *
   * @param found the rows in the list's order, {@link #limit} at most
   * @param place the place of a row
   * @param shown a row as the caller of the list sees it
   */
  public <R, T> Page<T> cut(List<R> found, Function<R, String> place, Function<R, T> shown) {
    boolean more = found.size() > size;
    List<R> rows = more ? found.subList(0, size) : found;
    return new Page<>(
        rows.stream().map(shown).toList(),
        more ? Optional.of(place.apply(rows.get(rows.size() - 1))) : Optional.empty());
  }
}
