package io.postern.spi.json;

import static java.util.Objects.requireNonNull;

import io.postern.credential.Secret;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * A JSON object on its way to a store, member by member in the order in which they are put in. It
 * lies outside the Java heap, takes secrets byte by byte, and is wiped when it is closed, or when a
 * member cannot be put in.
 *
 * <pre>{@code
 * try (JsonBody body = JsonBody.create().text("role_id", role).secret("secret_id", secret)) {
 *   send(body.written());
 * }
 * }</pre>
 *
 * <p>That names differ is for the caller to see to. For one thread at a time. Closing twice is
 * harmless; every other method of a closed one fails with {@link io.postern.ErrorCode#CLOSED}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259: The JavaScript Object Notation
 *     (JSON) Data Interchange Format</a>
 */
public final class JsonBody implements AutoCloseable {
  private static final String DIGITS = "0123456789abcdef";

  private final WipedBytes json = WipedBytes.create();
  private boolean first = true;
  private boolean ended;
  private int depth;

  private JsonBody() {
    json.put((byte) '{');
  }

  /** An object without members. */
  public static JsonBody create() {
    return new JsonBody();
  }

  /**
   * A string that is no secret.
   *
   * @throws IllegalArgumentException when the text holds half a surrogate pair
   */
  public JsonBody text(String name, String value) {
    return member(name, () -> quoted(utf8(value)));
  }

  /**
   * An array of strings that are no secrets.
   *
   * @throws IllegalArgumentException when one of them holds half a surrogate pair
   */
  public JsonBody texts(String name, List<String> values) {
    return member(name, () -> array(values, value -> quoted(utf8(value))));
  }

  /**
   * A string of what a secret holds, which stays the caller's.
   *
   * @throws IllegalArgumentException when that is no UTF-8
   */
  public JsonBody secret(String name, Secret value) {
    return member(name, () -> value.use(this::quoted));
  }

  /** A whole number. */
  public JsonBody number(String name, long value) {
    return member(name, () -> json.put(Long.toString(value)));
  }

  /** True or false. */
  public JsonBody bool(String name, boolean value) {
    return member(name, () -> json.put(Boolean.toString(value)));
  }

  /** A value as it is written in other JSON, such as a part of an answer that is to stay. */
  public JsonBody json(String name, Json value) {
    return member(name, () -> json.put(value.raw()));
  }

  /** An object whose members are put in by {@code members}, into what it is given. */
  public JsonBody object(String name, Consumer<JsonBody> members) {
    return member(name, () -> nested(members));
  }

  /** An array of objects whose members are put in by each of {@code objects}. */
  public JsonBody objects(String name, List<? extends Consumer<JsonBody>> objects) {
    return member(name, () -> array(objects, this::nested));
  }

  private JsonBody member(String name, Runnable value) {
    requireNonNull(name, "name");
    if (ended) {
      throw new IllegalStateException("member '" + name + "' comes after the object was ended");
    }
    try {
      if (!first) {
        json.put((byte) ',');
      }
      first = false;
      quoted(utf8(name));
      json.put((byte) ':');
      value.run();
      return this;
    } catch (RuntimeException e) {
      close(); // Half a member is of no use, and whoever was making this does not have it yet.
      throw e;
    }
  }

  private <T> void array(List<T> values, Consumer<? super T> writer) {
    json.put((byte) '[');
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        json.put((byte) ',');
      }
      writer.accept(values.get(i));
    }
    json.put((byte) ']');
  }

  private void nested(Consumer<JsonBody> members) {
    json.put((byte) '{');
    depth++;
    first = true;
    members.accept(this);
    first = false;
    depth--;
    json.put((byte) '}');
  }

  private static ByteBuffer utf8(String text) {
    try {
      // Not getBytes: a '?' in place of half a pair would be another text, and nobody would know.
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "a text in JSON must be whole Unicode; this holds half a surrogate pair");
    }
  }

  private JsonBody quoted(ByteBuffer content) {
    json.put((byte) '"');
    int width;
    for (int at = content.position(); at < content.limit(); at += width) {
      width = JsonString.width(content, at);
      if (width == 0) {
        throw new IllegalArgumentException(
            "a secret in JSON must be a text in UTF-8; this is none, so send it in Base64 where the"
                + " store takes that");
      }
      byte one = content.get(at);
      if (one == '"' || one == '\\') {
        json.put((byte) '\\').put(one);
      } else if (one >= 0 && one < 0x20) {
        json.put("\\u00").put((byte) DIGITS.charAt(one >> 4)).put((byte) DIGITS.charAt(one & 15));
      } else {
        for (int i = at; i < at + width; i++) {
          json.put(content.get(i));
        }
      }
    }
    json.put((byte) '"');
    return this;
  }

  /**
   * The whole object in UTF-8, read-only, from its first byte; worthless once this is closed. No
   * more can be put in.
   */
  public ByteBuffer written() {
    if (depth > 0) {
      throw new IllegalStateException("an object in this one has not been ended");
    }
    if (!ended) {
      json.put((byte) '}');
      ended = true;
    }
    return json.written();
  }

  /**
   * The same as a stream, for clients that take one; a new one each time. Its {@code transferTo}
   * wipes what it copies through; closing it does nothing.
   */
  public InputStream stream() {
    return new BufferStream(written());
  }

  /** Wipes it. */
  @Override
  public void close() {
    json.close();
  }

  /** None of its content. */
  @Override
  public String toString() {
    return "JsonBody[" + json + "]";
  }
}
