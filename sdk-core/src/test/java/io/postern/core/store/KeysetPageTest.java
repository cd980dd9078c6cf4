package io.postern.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PageRequest;
import io.postern.core.Refused;
import io.postern.testing.SettableClock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Places in lists. */
class KeysetPageTest {
  private static final PageRequest TWO = PageRequest.first().ofSize(2);

  private static Page<Integer> cut(List<Integer> found) {
    return KeysetPage.of(TWO, "numbers", Integer::valueOf)
        .cut(found, row -> Integer.toString(row), row -> row * 10);
  }

  @Test
  void page_endsWithThePlaceOfItsLastRow_whereThereAreMore() {
    assertThat(KeysetPage.of(TWO, "numbers", Integer::valueOf).limit()).isEqualTo(3);
    assertThat(cut(List.of()).next()).isEmpty();
    assertThat(cut(List.of(1, 2)).next()).isEmpty();
    assertThat(cut(List.of(1, 2)).rows()).containsExactly(10, 20);
    assertThat(cut(List.of(1, 2, 3)).rows()).containsExactly(10, 20);
    assertThat(cut(List.of(1, 2, 3)).next()).contains("2");
  }

  @Test
  void place_isReadOrRefused() {
    assertThat(KeysetPage.of(TWO, "numbers", Integer::valueOf).after()).isEmpty();
    assertThat(KeysetPage.of(TWO.after("7"), "numbers", Integer::valueOf).after()).contains(7);
    assertThat(
            Refused.with(
                ErrorCode.QUERY_INVALID,
                () -> KeysetPage.of(TWO.after("7x"), "the list of numbers", Integer::valueOf)))
        .hasMessageContaining("'7x' is no place in the list of numbers");
    String id = new Ids(SettableClock.at("2026-11-22T09:00:00Z")).next();
    assertThat(KeysetPage.byId(TWO.after(id), "things").after()).contains(id);
    for (String other : List.of("", "' or 1", id + "0", id.substring(1))) {
      Refused.with(ErrorCode.QUERY_INVALID, () -> KeysetPage.byId(TWO.after(other), "things"));
    }
  }
}
