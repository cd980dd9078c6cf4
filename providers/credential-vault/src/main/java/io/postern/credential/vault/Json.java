package io.postern.credential.vault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value (RFC 8259) as it stands in bytes. Values are not copied out of them: a text is made
 * only where it is asked for, so that a secret is never one. Worthless once the bytes are wiped.
 */
final class Json {
  /** What a value is. */
  enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    OTHER
  }

  /** The bytes are no JSON. Says where, and nothing of what is there. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(int at) {
      super("no JSON, at byte " + at);
    }
  }

  private final ByteBuffer source;
  private final int from;
  private final int to;
  private final Kind kind;
  private final Map<String, Json> members;
  private final List<Json> elements;

  Json(
      ByteBuffer source,
      int from,
      int to,
      Kind kind,
      Map<String, Json> members,
      List<Json> elements) {
    this.source = source;
    this.from = from;
    this.to = to;
    this.kind = kind;
    this.members = members;
    this.elements = elements;
  }

  /** Reads all that remains in {@code source}, which must be one value. */
  static Json parse(ByteBuffer source) throws Malformed {
    JsonReader reader = new JsonReader(source.duplicate());
    Json value = reader.value(0);
    reader.end();
    return value;
  }

  Kind kind() {
    return kind;
  }

  Map<String, Json> members() {
    return members;
  }

  List<Json> elements() {
    return elements;
  }

  /** The value below these names; empty when there is none, or null. */
  Optional<Json> at(String... path) {
    @Nullable Json value = this;
    for (String name : path) {
      value = value == null ? null : value.members.get(name);
    }
    return Optional.ofNullable(value).filter(one -> !one.isNull());
  }

  boolean isNull() {
    return kind == Kind.OTHER && source.get(from) == 'n';
  }

  boolean isTrue() {
    return kind == Kind.OTHER && source.get(from) == 't';
  }

  /** As it stands there, a string with its quotes. */
  ByteBuffer raw() {
    return source.duplicate().limit(to).position(from);
  }

  /** A string or number as text. Never of a secret. */
  String text() {
    ByteBuffer raw = raw();
    if (kind == Kind.STRING && !isEscaped()) {
      return StandardCharsets.UTF_8
          .decode(raw.limit(raw.limit() - 1).position(from + 1))
          .toString();
    }
    if (kind == Kind.STRING) {
      try (Bytes plain = JsonString.decode(this)) {
        return StandardCharsets.UTF_8.decode(plain.written()).toString();
      } catch (Malformed e) {
        throw new IllegalStateException("was checked when it was read", e);
      }
    }
    return StandardCharsets.US_ASCII.decode(raw).toString();
  }

  private boolean isEscaped() {
    for (int i = from; i < to; i++) {
      if (source.get(i) == '\\') {
        return true;
      }
    }
    return false;
  }

  /** The whole number that it is; 0 for anything else. */
  long number() {
    String text = kind == Kind.OTHER ? text() : "";
    return text.matches("-?\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  /** Its kind, and no content. */
  @Override
  public String toString() {
    return kind.toString();
  }
}
