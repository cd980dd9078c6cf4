package io.postern.spi.json;

import static java.util.Objects.requireNonNull;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as it stands in the bytes that it was parsed from. Nothing is copied out of them
 * until it is asked for, not even a name: {@link #text} makes a {@link String}, {@link #secret}
 * does not. So whoever has read what they want closes the bytes, and the rest was never anywhere
 * else. After that the value is worthless; secrets and texts that were taken from it stay good.
 *
 * <p>Each method takes the names that lead to a value, through objects only; none of them means
 * this value itself. What is not there, or is {@code null}, is empty; what is there and is
 * something else than was asked for, is a {@link JsonException}.
 *
 * <pre>{@code
 * Json answer = Json.parse(body.written());
 * String user = answer.text("data", "username").orElse("");
 * Optional<Secret> password = answer.secret("data", "password");
 * }</pre>
 *
 * <p>Strict: exactly one value; UTF-8 (RFC 3629) without a byte order mark; no halves of surrogate
 * pairs; no name twice in an object; at most {@link #DEEPEST} objects and arrays in each other, and
 * {@link #MOST_VALUES} values.
 *
 * <p>Immutable, as long as the bytes are; safe for use by several threads.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259: The JavaScript Object Notation
 *     (JSON) Data Interchange Format</a>
 */
public final class Json {
  /** How many objects and arrays can lie in each other. */
  public static final int DEEPEST = 64;

  /** How many values there can be in all: each takes some forty bytes of heap. */
  public static final int MOST_VALUES = 1_000_000;

  /** What a value is. */
  public enum Kind {
    /** Members with names. */
    OBJECT,
    /** Elements in an order. */
    ARRAY,
    /** A text. */
    STRING,
    /** A number. */
    NUMBER,
    /** True or false. */
    BOOLEAN,
    /** Null. */
    NULL
  }

  private final ByteBuffer source;
  private final int from;
  private final int to;
  private final Kind kind;
  private final List<Json> names;
  private final List<Json> values;

  /** A value with nothing in it, from one byte to before another. */
  Json(ByteBuffer source, int from, int to, Kind kind) {
    this(source, from, to, kind, List.of(), List.of());
  }

  /** An object, or an array, which has no names. */
  Json(ByteBuffer source, int from, int to, Kind kind, List<Json> names, List<Json> values) {
    this.source = source;
    this.from = from;
    this.to = to;
    this.kind = kind;
    this.names = names;
    this.values = values;
  }

  /**
   * Reads all that remains in {@code source}, which must be one value. The buffer is left as it is,
   * and must stay so while values are taken from it.
   *
   * @throws JsonException when it is no JSON
   */
  public static Json parse(ByteBuffer source) {
    return new JsonReader(requireNonNull(source, "source").slice().asReadOnlyBuffer()).whole();
  }

  /** What it is. */
  public Kind kind() {
    return kind;
  }

  /**
   * The value that these names lead to. Empty when there is none, when it is null, and when one of
   * the names stands in something else than an object.
   */
  public Optional<Json> at(String... path) {
    Json value = this;
    for (String name : path) {
      Json member = value.member(name);
      if (member == null) {
        return Optional.empty();
      }
      value = member;
    }
    return value.kind == Kind.NULL ? Optional.empty() : Optional.of(value);
  }

  private @Nullable Json member(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < names.size(); i++) {
      if (new JsonString(names.get(i)).is(wanted)) {
        return values.get(i);
      }
    }
    return null;
  }

  /**
   * The members of an object, also those that are null, in the order in which they stand. Makes
   * Strings of their names, which {@link #at} does not.
   *
   * @throws JsonException when something else than an object is there
   */
  public Map<String, Json> members(String... path) {
    Map<String, Json> members = new LinkedHashMap<>();
    at(path)
        .map(value -> value.required(Kind.OBJECT))
        .ifPresent(
            object -> {
              for (int i = 0; i < object.names.size(); i++) {
                members.put(new JsonString(object.names.get(i)).text(), object.values.get(i));
              }
            });
    return Collections.unmodifiableMap(members);
  }

  /**
   * The elements of an array, also those that are null.
   *
   * @throws JsonException when something else than an array is there
   */
  public List<Json> elements(String... path) {
    return at(path)
        .map(value -> Collections.unmodifiableList(value.required(Kind.ARRAY).values))
        .orElse(List.of());
  }

  /**
   * What a string says; a number, true or false as it is written. <b>Never of a secret</b>: nobody
   * can wipe a String.
   *
   * @throws JsonException when an object or an array is there
   */
  public Optional<String> text(String... path) {
    return at(path).map(Json::asText);
  }

  private String asText() {
    return switch (kind) {
      case STRING -> new JsonString(this).text();
      case NUMBER, BOOLEAN -> JsonString.word(this);
      default -> throw fault("text expected");
    };
  }

  /**
   * A whole number.
   *
   * @throws JsonException when something else is there: also 1.0, 1e3 and what does not fit a
   *     {@code long}
   */
  public OptionalLong number(String... path) {
    Optional<Json> found = at(path);
    return found.isPresent() ? OptionalLong.of(found.get().asNumber()) : OptionalLong.empty();
  }

  private long asNumber() {
    try {
      return Long.parseLong(JsonString.word(required(Kind.NUMBER)));
    } catch (NumberFormatException e) {
      throw fault("whole number expected"); // without the cause, which repeats it
    }
  }

  /**
   * Whether true is there; not when there is false, or nothing.
   *
   * @throws JsonException when something else than true or false is there
   */
  public boolean isTrue(String... path) {
    return at(path).map(Json::asTruth).orElse(false);
  }

  private boolean asTruth() {
    required(Kind.BOOLEAN);
    return source.get(from) == 't';
  }

  /**
   * What a string says, in UTF-8, byte by byte into a secret of its own, which the caller closes.
   * Empty for an empty string, too: an empty secret opens nothing.
   *
   * @throws JsonException when something else than a string is there, or one of more than {@link
   *     Secret#MAX_BYTES}
   */
  public Optional<Secret> secret(String... path) {
    return at(path)
        .map(value -> value.required(Kind.STRING))
        .filter(string -> string.to - string.from > 2)
        .map(Json::asSecret);
  }

  private Secret asSecret() {
    try {
      return Secret.takeFrom(new JsonString(this).content()); // and wipes it there
    } catch (IllegalArgumentException e) {
      throw fault("string longer than a secret can be");
    }
  }

  /**
   * The value as it is written, a string with its quotes. Read-only; its position and limit say
   * where it stands, counted from 0 at the first byte that was parsed.
   */
  public ByteBuffer raw() {
    return source.duplicate().limit(to).position(from);
  }

  private Json required(Kind wanted) {
    if (kind != wanted) {
      throw fault(wanted.name().toLowerCase(Locale.ROOT) + " expected");
    }
    return this;
  }

  private JsonException fault(String what) {
    return JsonException.at(from, what);
  }

  /** Its kind, and no content. */
  @Override
  public String toString() {
    return kind.toString();
  }
}
