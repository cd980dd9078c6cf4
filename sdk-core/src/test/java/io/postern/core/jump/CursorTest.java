package io.postern.core.jump;

import static io.postern.core.jump.JumpWorld.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.testing.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

class CursorTest {
  @Test
  @Rule("CAT-6")
  void cursor_comesBackAsThePlaceItNames() {
    for (Cursor cursor :
        List.of(new Cursor("", "a"), new Cursor("größe 😀", "id-1"), new Cursor("a\nb", "x"))) {
      assertThat(Cursor.parse(cursor.text())).isEqualTo(cursor);
    }
  }

  @Test
  @Rule("CAT-6")
  void cursor_withAnyCharacterChangedCutOrAdded_isRefused() {
    String text = new Cursor("orders", "db-7").text();
    for (int i = 0; i < text.length(); i++) {
      for (char other : new char[] {'A', 'b', '0', '_', '='}) {
        String changed = text.substring(0, i) + other + text.substring(i + 1);
        if (!changed.equals(text)) {
          refused(ErrorCode.QUERY_INVALID, () -> Cursor.parse(changed));
        }
      }
      String cut = text.substring(0, i);
      refused(ErrorCode.QUERY_INVALID, () -> Cursor.parse(cut));
    }
    refused(ErrorCode.QUERY_INVALID, () -> Cursor.parse(text + "A"));
    refused(ErrorCode.QUERY_INVALID, () -> Cursor.parse("ä"));
  }
}
