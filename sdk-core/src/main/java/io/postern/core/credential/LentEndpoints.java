package io.postern.core.credential;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.spi.connector.Endpoint;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An endpoint as a text that is kept with a lease: one JSON object, attributes in one below it. */
final class LentEndpoints {
  private static final String ATTRIBUTES = "attributes";

  private final JsonFactory json = new JsonFactory();

  @Inject
  LentEndpoints() {}

  String write(Endpoint endpoint) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = json.createGenerator(text)) {
      generator.writeStartObject();
      generator.writeStringField("name", endpoint.name());
      generator.writeStringField("method", endpoint.method());
      generator.writeStringField("host", endpoint.host());
      generator.writeStringField("port", Integer.toString(endpoint.port()));
      if (endpoint.group().isPresent()) {
        generator.writeStringField("group", endpoint.group().get().value());
      }
      generator.writeStringField("tag", endpoint.tag());
      generator.writeObjectFieldStart(ATTRIBUTES);
      for (Map.Entry<String, String> attribute : new TreeMap<>(endpoint.attributes()).entrySet()) {
        generator.writeStringField(attribute.getKey(), attribute.getValue());
      }
      generator.writeEndObject();
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** What {@link #write} wrote of the item; empty for any other text. */
  Optional<Endpoint> read(JumpItemId item, String text) {
    Map<String, String> fields = new TreeMap<>();
    Map<String, String> attributes = new TreeMap<>();
    try (JsonParser parser = json.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        if (parser.currentName().equals(ATTRIBUTES)) {
          parser.nextToken();
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            readField(parser, attributes);
          }
        } else {
          readField(parser, fields);
        }
      }
      return Optional.of(
          new Endpoint(
              item,
              fields.getOrDefault("name", ""),
              fields.getOrDefault("method", ""),
              fields.getOrDefault("host", ""),
              Integer.parseInt(fields.getOrDefault("port", "")),
              Optional.ofNullable(fields.get("group")).map(JumpGroupId::of),
              fields.getOrDefault("tag", ""),
              attributes));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void readField(JsonParser parser, Map<String, String> into) throws IOException {
    String name = parser.currentName();
    String value = parser.nextTextValue();
    into.put(name, value == null ? "" : value);
  }
}
