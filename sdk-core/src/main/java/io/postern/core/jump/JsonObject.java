package io.postern.core.jump;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.postern.ErrorCode;
import io.postern.PosternException;
import java.io.IOException;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of texts, whole numbers, flags, lists and objects. Reading keeps what it does not
 * know out of the way, so that an older node reads what a newer one wrote.
 */
final class JsonObject {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  /** Sets a field. A duration is written as in ISO 8601, an enum by its name. */
  JsonObject with(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  Optional<String> text(String name) {
    return field(name, String.class);
  }

  Optional<Boolean> flag(String name) {
    return field(name, Boolean.class);
  }

  Optional<Integer> number(String name) {
    return field(name, Long.class).map(number -> understood(name, () -> Math.toIntExact(number)));
  }

  Optional<JsonObject> object(String name) {
    return field(name, JsonObject.class);
  }

  Optional<Duration> duration(String name) {
    return text(name).map(text -> understood(name, () -> Duration.parse(text)));
  }

  <E extends Enum<E>> Optional<E> constant(String name, Class<E> type) {
    return text(name).map(text -> understood(name, () -> Enum.valueOf(type, text)));
  }

  List<JsonObject> objects(String name) {
    List<JsonObject> objects = new ArrayList<>();
    for (Object each : field(name, List.class).orElse(List.of())) {
      if (!(each instanceof JsonObject object)) {
        throw notUnderstood("its field '" + name + "' holds something that is no object", null);
      }
      objects.add(object);
    }
    return objects;
  }

  Map<String, Object> fields() {
    return fields;
  }

  private <T> Optional<T> field(String name, Class<T> type) {
    Object value = fields.get(name);
    if (value != null && !type.isInstance(value)) {
      throw notUnderstood(
          "its field '" + name + "' is no " + type.getSimpleName().toLowerCase(Locale.ROOT), null);
    }
    return Optional.ofNullable(type.cast(value));
  }

  /** What a known field says must be understood: to guess would be to change somebody's terms. */
  private static <T> T understood(String name, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw notUnderstood(
          "its field '" + name + "' has a value that this version does not know", e);
    }
  }

  static PosternException notUnderstood(String why, @Nullable Throwable cause) {
    return new PosternException(
        ErrorCode.STORE_SCHEMA,
        "a document in the store cannot be read: "
            + why
            + "; a newer version may have written it: bring this node up to date",
        cause);
  }

  static JsonObject parse(String text) {
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT
          && value(parser) instanceof JsonObject object) {
        return object;
      }
    } catch (IOException e) {
      throw notUnderstood("it is no JSON", e);
    }
    throw notUnderstood("it is no JSON object", null);
  }

  private static Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      JsonObject object = new JsonObject();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_NULL) {
          object.with(name, value(parser));
        }
      }
      return object;
    }
    if (token == JsonToken.START_ARRAY) {
      List<Object> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(value(parser));
      }
      return list;
    }
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return parser.getLongValue();
    }
    return token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE
        ? parser.getBooleanValue()
        : parser.getText();
  }

  /** A JSON array of texts. */
  static String array(Collection<String> texts) {
    return written(texts);
  }

  @Override
  public String toString() {
    return written(this);
  }

  private static String written(Object value) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      write(json, value);
    } catch (IOException e) {
      throw new IllegalStateException("a writer into memory failed", e);
    }
    return out.toString();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    if (value instanceof JsonObject object) {
      json.writeStartObject();
      for (Map.Entry<String, Object> field : object.fields.entrySet()) {
        json.writeFieldName(field.getKey());
        write(json, field.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof Collection<?> list) {
      json.writeStartArray();
      for (Object each : list) {
        write(json, each);
      }
      json.writeEndArray();
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Enum<?> constant) {
      json.writeString(constant.name());
    } else {
      json.writeString(value.toString());
    }
  }
}
