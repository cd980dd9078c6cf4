package io.postern.core.tool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShownTest {
  @Test
  void controlCharacters_becomePicturesThatNoBackslashCanForge() {
    assertThat(Shown.of("a\nb\\nc\u001b[2J\u007f", 100)).isEqualTo("a␊b\\nc␛[2J␡");
  }

  @Test
  void whatTurnsTheDirectionOfWriting_isNamed() {
    assertThat(Shown.of("rm \u202egpj.x\u2028", 100)).isEqualTo("rm <U+202E>gpj.x<U+2028>");
  }

  @Test
  void aLongText_isCutBetweenCharactersAndSaysHowLongItWas() {
    assertThat(Shown.of("ab😀😀😀", 3)).isEqualTo("ab😀… (8 characters)");
    assertThat(Shown.of("😀ä", 3)).isEqualTo("😀ä");
    assertThat(Shown.tail("abcdef", 3)).isEqualTo("…def");
  }
}
