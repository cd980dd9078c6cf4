package io.postern;

import java.util.Optional;

/**
 * Which part of a list is wanted.
 *
 * @param size how many rows at most, 1 to 1,000; 50 unless said
 * @param after where the page before ended, from {@link Page#next()}; empty for the first page
 */
public record PageRequest(int size, Optional<String> after) {
  /** The size of a page of which nothing else was said (rule CAT-6). */
  public static final int DEFAULT_SIZE = 50;

  public PageRequest {
    if (size < 1 || size > 1_000) {
      throw new PosternException(
          ErrorCode.QUERY_INVALID, "a page holds 1 to 1000 rows, " + size + " were asked for");
    }
  }

  /** The first page, of 50 rows at most. */
  public static PageRequest first() {
    return new PageRequest(DEFAULT_SIZE, Optional.empty());
  }

  /** The same place with another size. */
  public PageRequest ofSize(int rows) {
    return new PageRequest(rows, after);
  }

  /** The page that follows the place {@code next}. */
  public PageRequest after(String next) {
    return new PageRequest(size, Optional.of(next));
  }
}
