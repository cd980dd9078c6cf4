package io.postern.credential.vault;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  private Json(
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
    Scanner scanner = new Scanner(source.duplicate());
    Json value = scanner.value(0);
    scanner.end();
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
    if (kind == Kind.STRING) {
      try (Bytes plain = JsonString.decode(this)) {
        return StandardCharsets.UTF_8.decode(plain.written()).toString();
      } catch (Malformed e) {
        throw new IllegalStateException("was checked when it was read", e);
      }
    }
    return StandardCharsets.US_ASCII.decode(raw).toString();
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

  /** Walks over the bytes once. */
  private static final class Scanner {
    private static final int DEEPEST = 64;
    private final ByteBuffer source;

    Scanner(ByteBuffer source) {
      this.source = source;
    }

    Json value(int depth) throws Malformed {
      skipSpace();
      int from = source.position();
      byte first = next();
      Map<String, Json> members = Map.of();
      List<Json> elements = List.of();
      Kind kind = Kind.OTHER;
      if (depth > DEEPEST) {
        throw new Malformed(from);
      }
      switch (first) {
        case '{' -> {
          kind = Kind.OBJECT;
          members = object(depth);
        }
        case '[' -> {
          kind = Kind.ARRAY;
          elements = array(depth);
        }
        case '"' -> {
          kind = Kind.STRING;
          string(from);
        }
        default -> {
          source.position(from);
          literal();
        }
      }
      return new Json(source, from, source.position(), kind, members, elements);
    }

    private Map<String, Json> object(int depth) throws Malformed {
      Map<String, Json> members = new LinkedHashMap<>();
      skipSpace();
      if (peek() == '}') {
        next();
        return members;
      }
      while (true) {
        skipSpace();
        int from = source.position();
        expect('"');
        string(from);
        Json name = new Json(source, from, source.position(), Kind.STRING, Map.of(), List.of());
        skipSpace();
        expect(':');
        members.put(name.text(), value(depth + 1));
        skipSpace();
        byte end = next();
        if (end == '}') {
          return members;
        }
        if (end != ',') {
          throw new Malformed(source.position());
        }
      }
    }

    private List<Json> array(int depth) throws Malformed {
      List<Json> elements = new ArrayList<>();
      skipSpace();
      if (peek() == ']') {
        next();
        return elements;
      }
      while (true) {
        elements.add(value(depth + 1));
        skipSpace();
        byte end = next();
        if (end == ']') {
          return elements;
        }
        if (end != ',') {
          throw new Malformed(source.position());
        }
      }
    }

    private void string(int from) throws Malformed {
      while (true) {
        byte one = next();
        if (one == '"') {
          break;
        }
        if (one == '\\') {
          next();
        } else if (one >= 0 && one < 0x20) {
          throw new Malformed(source.position());
        }
      }
      Json whole = new Json(source, from, source.position(), Kind.STRING, Map.of(), List.of());
      try (Bytes decoded = JsonString.decode(whole)) {
        JsonString.requireText(decoded.written());
      } catch (CharacterCodingException e) {
        throw new Malformed(from);
      }
    }

    /** A number, true, false or null: only what these can consist of. */
    private void literal() throws Malformed {
      StringBuilder text = new StringBuilder();
      while (source.hasRemaining() && "+-.0123456789Eaeflnrstu".indexOf(peek()) >= 0) {
        text.append((char) next());
      }
      if (!text.toString().matches("true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
        throw new Malformed(source.position());
      }
    }

    void end() throws Malformed {
      skipSpace();
      if (source.hasRemaining()) {
        throw new Malformed(source.position());
      }
    }

    private void skipSpace() {
      while (source.hasRemaining() && " \t\r\n".indexOf(source.get(source.position())) >= 0) {
        source.get();
      }
    }

    private void expect(char wanted) throws Malformed {
      if (next() != wanted) {
        throw new Malformed(source.position());
      }
    }

    private byte peek() throws Malformed {
      if (!source.hasRemaining()) {
        throw new Malformed(source.position());
      }
      return source.get(source.position());
    }

    private byte next() throws Malformed {
      peek();
      return source.get();
    }
  }
}
