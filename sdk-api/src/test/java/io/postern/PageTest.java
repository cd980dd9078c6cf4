package io.postern;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
  private static Page<String> page(Optional<String> next, String... rows) {
    return new Page<>(List.of(rows), next);
  }

  @Test
  void only_ofOneRow_isThatRow() {
    assertThat(page(Optional.empty(), "a").only()).isEqualTo("a");
  }

  @Test
  void only_ofNone_saysThatNothingMatches() {
    Refusal.of(ErrorCode.NOTHING_MATCHES, () -> page(Optional.empty()).only());
  }

  @Test
  void only_ofSeveral_namesTheFirstTwo() {
    assertThat(
            Refusal.of(ErrorCode.SEVERAL_MATCH, () -> page(Optional.empty(), "a", "b", "c").only()))
        .hasMessageContaining("3 match")
        .hasMessageContaining("a and b")
        .hasMessageNotContaining("more than");
  }

  @Test
  void only_ofOneRowWithMoreToCome_namesTheOneThereIs() {
    assertThat(Refusal.of(ErrorCode.SEVERAL_MATCH, () -> page(Optional.of("a"), "a").only()))
        .hasMessageContaining("more than 1 match, beginning with a;");
  }

  @Test
  void rows_areACopy() {
    List<String> rows = new ArrayList<>(List.of("a"));
    Page<String> page = new Page<>(rows, Optional.empty());
    rows.add("b");
    assertThat(page).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1_001})
  void size_outOfRange_isRefused(int size) {
    Refusal.of(ErrorCode.QUERY_INVALID, () -> PageRequest.first().ofSize(size));
  }
}
