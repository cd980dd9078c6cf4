package io.postern.core.jump;

import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemQuery;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/**
 * The form in which texts are compared: compatibility forms and case make no difference. It is made
 * here and stored, because the two engines do not agree on what lower case is.
 */
final class SearchText {
  private SearchText() {}

  /** One text as it is compared. */
  static String fold(String text) {
    String lower = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    // A sigma is written differently at the end of a word; what was typed may be its beginning.
    return Normalizer.normalize(lower.replace('\u03c2', '\u03c3'), Normalizer.Form.NFKC);
  }

  /**
   * All that a free search looks at, a line each, so that no word spans two fields: words hold no
   * line breaks.
   */
  static String of(JumpItem item) {
    List<String> lines = new ArrayList<>();
    lines.add(item.name());
    lines.add(item.host());
    lines.add(item.comments());
    lines.add(item.tag());
    lines.add(item.publicIp());
    lines.add(item.privateIp());
    lines.addAll(new TreeMap<>(item.attributes()).values());
    return fold(String.join("\n", lines));
  }

  /** The words of a query, folded, each once; folding can make two words of one. */
  static Set<String> words(JumpItemQuery query) {
    Set<String> words = new LinkedHashSet<>();
    for (String word : query.words()) {
      for (String part : fold(word).split("\\s+", -1)) {
        if (!part.isEmpty()) {
          words.add(part);
        }
      }
    }
    return words;
  }

  /** Whether both engines can hold the text: no character zero, no half of a surrogate pair. */
  static boolean storable(String text) {
    return text.codePoints()
        .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }
}
