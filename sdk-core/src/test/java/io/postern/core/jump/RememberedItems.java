package io.postern.core.jump;

import io.postern.jump.JumpItem;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The plainest search there is, to hold the store's against. */
final class RememberedItems {
  private record Remembered(JumpItem item, String name, List<String> fields) {}

  private final List<Remembered> visible = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();

  void add(JumpItem item, boolean isVisible) {
    List<String> fields = new ArrayList<>(List.of(item.name(), item.host(), item.comments()));
    fields.addAll(List.of(item.tag(), item.publicIp(), item.privateIp()));
    fields.addAll(item.attributes().values());
    texts.addAll(fields);
    if (isVisible) {
      List<String> compared = fields.stream().map(RememberedItems::compared).toList();
      visible.add(new Remembered(item, compared(item.name()), compared));
    }
  }

  /** Everything that stands in any item, also in invisible ones. */
  List<String> texts() {
    return texts;
  }

  List<String> find(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.strip().split("\\s+")) {
      words.addAll(List.of(compared(word).strip().split("\\s+")));
    }
    return visible.stream()
        .filter(
            each ->
                words.stream()
                    .allMatch(word -> each.fields().stream().anyMatch(f -> contains(f, word))))
        .sorted((a, b) -> order(a, b))
        .map(each -> each.item().id().value())
        .toList();
  }

  private static int order(Remembered a, Remembered b) {
    int byName = byCodePoints(a.name(), b.name());
    return byName != 0 ? byName : byCodePoints(a.item().id().value(), b.item().id().value());
  }

  private static int byCodePoints(String a, String b) {
    return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }

  /** By whole characters: half of a surrogate pair stands nowhere. */
  private static boolean contains(String text, String word) {
    return Collections.indexOfSubList(
            text.codePoints().boxed().toList(), word.codePoints().boxed().toList())
        >= 0;
  }

  private static String compared(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .replace('ς', 'σ');
  }
}
