package io.postern.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

  @Test
  void nearest_isASlipAndNothingFarther() {
    assertThat(Text.nearest("vualt", List.of("file", "vault"))).contains("vault");
    assertThat(Text.nearest("telescope", List.of("file", "vault"))).isEmpty();
    assertThat(Text.nearest("x", List.of())).isEmpty();
  }
}
