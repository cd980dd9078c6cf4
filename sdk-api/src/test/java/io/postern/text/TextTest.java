package io.postern.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {
  @Test
  void id_ofTwoSpellings_isOne() {
    assertThat(Text.id("Zo\u0065\u0308", "id")).isEqualTo("Zo\u00eb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " a", "a ", "a\nb", "a\u0000", "\u0085"})
  void id_ofWhatIsNone_isRefusedByItsName(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Text.id(value, "shoe size"))
        .withMessageStartingWith("shoe size must");
  }

  @Test
  void id_hasTwoHundredCharactersAtMost() {
    assertThat(Text.id("x".repeat(200), "id")).hasSize(200);
    assertThatIllegalArgumentException().isThrownBy(() -> Text.id("x".repeat(201), "id"));
  }

  @Test
  void prose_isCountedInItsCanonicalForm() {
    assertThat(Text.prose("e\u0308", "text", 1)).isEqualTo("\u00eb");
    assertThatIllegalArgumentException().isThrownBy(() -> Text.prose("ab", "text", 1));
  }

  @ParameterizedTest
  @CsvSource({
    "PT-1S, 0 ms", "PT0S, 0 ms", "PT0.1244S, 124 ms", "PT0.9999S, 999 ms",
    "PT1S, 1 s", "PT1.25S, 1.2 s", "PT59.99S, 59.9 s", "PT1M, 1 min",
    "PT1M1S, 1 min 1 s", "PT90M, 1 h 30 min", "PT2H, 2 h", "PT49H3S, 49 h 3 s"
  })
  void words_ofATimeSpan_areItsLargerUnits(Duration span, String words) {
    assertThat(Text.words(span)).isEqualTo(words);
  }

  @Test
  void words_ofAConstant_areItsNameInLowerCase() {
    assertThat(Text.words(Thread.State.TIMED_WAITING)).isEqualTo("timed waiting");
  }

  @Test
  void nearest_isASlipAndNothingFarther() {
    assertThat(Text.nearest("vualt", List.of("file", "vault"))).contains("vault");
    assertThat(Text.nearest("telescope", List.of("file", "vault"))).isEmpty();
    assertThat(Text.nearest("x", List.of())).isEmpty();
  }
}
