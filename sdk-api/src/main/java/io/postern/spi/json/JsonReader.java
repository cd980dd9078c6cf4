package io.postern.spi.json;

import io.postern.spi.json.Json.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Walks over the bytes of a JSON text once, and refuses what RFC 8259 does not allow. */
final class JsonReader {
  private final ByteBuffer in;
  private final int end;
  private int at;
  private int count;

  /** Reads from byte 0 to the limit. */
  JsonReader(ByteBuffer in) {
    this.in = in;
    end = in.limit();
  }

  /** The one value that there is. */
  Json whole() {
    Json value = value(1);
    skipSpace();
    if (at < end) {
      throw fault("more than one value");
    }
    return value;
  }

  private Json value(int depth) {
    skipSpace();
    if (depth > Json.DEEPEST && (isNext('{') || isNext('['))) {
      throw fault("nested deeper than " + Json.DEEPEST);
    }
    if (at >= end) {
      throw fault("value expected");
    }
    if (++count > Json.MOST_VALUES) {
      throw fault("more than " + Json.MOST_VALUES + " values");
    }
    return switch (in.get(at)) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", Kind.BOOLEAN);
      case 'f' -> word("false", Kind.BOOLEAN);
      case 'n' -> word("null", Kind.NULL);
      default -> number();
    };
  }

  private Json object(int depth) {
    int from = at++;
    List<Json> names = new ArrayList<>();
    List<Json> values = new ArrayList<>();
    while (more(names.isEmpty(), '}')) {
      names.add(string());
      expect(':');
      values.add(value(depth + 1));
    }
    refuseTwins(names);
    return new Json(in, from, at, Kind.OBJECT, names, values);
  }

  /** Sorted, because a table would go by hashes that whoever answers can make collide. */
  private static void refuseTwins(List<Json> names) {
    List<Json> sorted = new ArrayList<>(names);
    sorted.sort(JsonString::compare);
    for (int i = 1; i < sorted.size(); i++) {
      if (JsonString.compare(sorted.get(i - 1), sorted.get(i)) == 0) {
        throw JsonException.at(sorted.get(i).raw().position(), "the same name again");
      }
    }
  }

  private Json array(int depth) {
    int from = at++;
    List<Json> elements = new ArrayList<>();
    while (more(elements.isEmpty(), ']')) {
      elements.add(value(depth + 1));
    }
    return new Json(in, from, at, Kind.ARRAY, List.of(), elements);
  }

  /** Whether another member or element follows in what {@code close} ends. */
  private boolean more(boolean first, char close) {
    skipSpace();
    if (accept(close)) {
      return false;
    }
    if (!first) {
      expect(',');
    }
    return true;
  }

  private Json string() {
    skipSpace();
    int from = at;
    expect('"');
    while (at < end) {
      int next = in.get(at) & 0xff;
      if (next == '"') {
        at++;
        return new Json(in, from, at, Kind.STRING);
      }
      if (next < 0x20) {
        throw fault("control character in a string");
      }
      at += next == '\\' ? escape() : character();
    }
    throw fault("string without end");
  }

  private int character() {
    int width = JsonString.width(in, at);
    if (width == 0) {
      throw fault("no UTF-8");
    }
    return width;
  }

  /** How many bytes there are of an escape, or of a pair of them. */
  private int escape() {
    int sign = at + 1 < end ? in.get(at + 1) : -1;
    if (sign != 'u') {
      if ("\"\\/bfnrt".indexOf(sign) < 0) {
        throw fault("unknown escape");
      }
      return 2;
    }
    int unit = JsonString.unit(in, at + 2);
    if (unit < 0) {
      throw fault("unknown escape");
    }
    if (!Character.isSurrogate((char) unit)) {
      return 6;
    }
    boolean pair =
        Character.isHighSurrogate((char) unit)
            && at + 8 <= end
            && in.get(at + 6) == '\\'
            && in.get(at + 7) == 'u'
            && Character.isLowSurrogate((char) JsonString.unit(in, at + 8));
    if (!pair) {
      throw fault("half a surrogate pair");
    }
    return 12;
  }

  private Json word(String word, Kind kind) {
    int from = at;
    for (int i = 0; i < word.length(); i++) {
      if (!accept(word.charAt(i))) {
        throw fault("value expected");
      }
    }
    return new Json(in, from, at, kind);
  }

  private Json number() {
    int from = at;
    accept('-');
    if (!accept('0')) {
      digits("value expected");
    }
    if (accept('.')) {
      digits("digit expected");
    }
    if (accept('e') || accept('E')) {
      if (!accept('+')) {
        accept('-');
      }
      digits("digit expected");
    }
    return new Json(in, from, at, Kind.NUMBER);
  }

  private void digits(String wanting) {
    int from = at;
    while (at < end && in.get(at) >= '0' && in.get(at) <= '9') {
      at++;
    }
    if (at == from) {
      throw fault(wanting);
    }
  }

  private void skipSpace() {
    while (at < end && " \t\r\n".indexOf(in.get(at)) >= 0) {
      at++;
    }
  }

  private boolean isNext(char wanted) {
    return at < end && in.get(at) == wanted;
  }

  private boolean accept(char wanted) {
    if (!isNext(wanted)) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char wanted) {
    skipSpace();
    if (!accept(wanted)) {
      throw fault("'" + wanted + "' expected");
    }
  }

  private JsonException fault(String what) {
    return JsonException.at(at, what);
  }
}
