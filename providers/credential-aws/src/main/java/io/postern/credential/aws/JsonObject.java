package io.postern.credential.aws;

import io.postern.credential.aws.JsonScanner.JsonException;
import io.postern.credential.aws.JsonScanner.Span;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON object that holds no secret, as the service answers: names, tags, versions. Immutable.
 * Members that are null count as absent.
 */
final class JsonObject {
  private final Map<String, Object> members;

  private JsonObject(Map<String, Object> members) {
    this.members = members;
  }

  /** Reads the whole buffer. */
  static JsonObject parse(ByteBuffer bytes) {
    JsonScanner scanner = new JsonScanner(bytes);
    JsonObject object = object(scanner, 0);
    scanner.end();
    return object;
  }

  /** The text that a string stands for; never for what may be a secret. */
  static String text(JsonScanner scanner, Span span) {
    return StandardCharsets.UTF_8.decode(scanner.unescaped(span)).toString();
  }

  private static JsonObject object(JsonScanner scanner, int depth) {
    scanner.expect('{');
    Map<String, Object> members = new LinkedHashMap<>();
    for (boolean first = true; scanner.more(first, '}'); first = false) {
      String name = text(scanner, scanner.name());
      Optional<Object> value = value(scanner, depth + 1);
      if (value.isPresent() && members.put(name, value.get()) != null) {
        throw scanner.fault("a name occurs twice");
      }
    }
    return new JsonObject(members);
  }

  private static Optional<Object> value(JsonScanner scanner, int depth) {
    if (depth > 16) {
      throw scanner.fault("nested too deep");
    }
    switch (scanner.peek()) {
      case '"' -> {
        return Optional.of(text(scanner, scanner.string()));
      }
      case '{' -> {
        return Optional.of(object(scanner, depth));
      }
      case '[' -> {
        scanner.expect('[');
        List<Object> items = new ArrayList<>();
        for (boolean first = true; scanner.more(first, ']'); first = false) {
          value(scanner, depth + 1).ifPresent(items::add);
        }
        return Optional.of(items);
      }
      default -> {
        Word word = new Word(scanner, scanner.word());
        return word.isNull() ? Optional.empty() : Optional.of(word);
      }
    }
  }

  /** A number, true or false: only whether it is true is ever asked. */
  private record Word(boolean isTrue, boolean isNull) {
    Word(JsonScanner scanner, Span span) {
      this(text(scanner, span).equals("true"), text(scanner, span).equals("null"));
    }
  }

  Set<String> names() {
    return members.keySet();
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  Optional<String> text(String name) {
    return member(name, String.class);
  }

  Optional<JsonObject> object(String name) {
    return member(name, JsonObject.class);
  }

  boolean isTrue(String name) {
    return member(name, Word.class).map(Word::isTrue).orElse(false);
  }

  List<JsonObject> objects(String name) {
    return list(name, JsonObject.class);
  }

  List<String> texts(String name) {
    return list(name, String.class);
  }

  private <T> List<T> list(String name, Class<T> type) {
    List<T> typed = new ArrayList<>();
    for (Object one : member(name, List.class).orElse(List.of())) {
      typed.add(cast(name, one, type));
    }
    return List.copyOf(typed);
  }

  private <T> Optional<T> member(String name, Class<T> type) {
    return Optional.ofNullable(members.get(name)).map(value -> cast(name, value, type));
  }

  private static <T> T cast(String name, Object value, Class<T> type) {
    if (!type.isInstance(value)) {
      throw new JsonException("member '" + name + "' is no " + type.getSimpleName());
    }
    return type.cast(value);
  }
}
