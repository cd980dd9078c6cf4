package io.postern.credential.vault;

import io.postern.credential.vault.Json.Kind;
import io.postern.credential.vault.Json.Malformed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Walks over the bytes of a JSON text once, and refuses what RFC 8259 does not allow. */
final class JsonReader {
  private static final int DEEPEST = 64;
  private final ByteBuffer source;

  JsonReader(ByteBuffer source) {
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
    JsonString.check(source.duplicate().limit(source.position() - 1).position(from + 1));
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
