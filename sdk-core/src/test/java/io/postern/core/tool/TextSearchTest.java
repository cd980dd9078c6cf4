package io.postern.core.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TextSearchTest {
  @Test
  void anyTextInAnyPieces_isFoundWhereASearchOfTheWholeFindsIt() {
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] whole = ofTwoLetters(random, random.nextInt(60));
      byte[] sought = ofTwoLetters(random, 1 + random.nextInt(6));
      int expected = text(whole).indexOf(text(sought));

      TextSearch search = new TextSearch(sought);
      int found = -1;
      for (int at = 0; at < whole.length && found < 0; ) {
        int length = Math.min(1 + random.nextInt(8), whole.length - at);
        int behind = search.in(Arrays.copyOfRange(whole, at, at + length), length);
        found = behind < 0 ? -1 : at + behind - sought.length;
        at += length;
      }

      assertThat(found).as("'%s' in '%s'", text(sought), text(whole)).isEqualTo(expected);
    }
  }

  @Test
  void afterARestart_halfAMatchIsForgotten() {
    TextSearch search = new TextSearch(bytes("abc"));

    assertThat(search.in(bytes("ab"), 2)).isEqualTo(-1);
    search.restart();

    assertThat(search.in(bytes("c"), 1)).isEqualTo(-1);
    assertThat(search.in(bytes("abc"), 3)).isEqualTo(3);
  }

  private static byte[] ofTwoLetters(Random random, int length) {
    byte[] letters = new byte[length];
    for (int at = 0; at < length; at++) {
      letters[at] = (byte) ('a' + random.nextInt(2));
    }
    return letters;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
