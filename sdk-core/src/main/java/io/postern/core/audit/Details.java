package io.postern.core.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** The details of an entry as JSON: one object of texts, its names in order. */
final class Details {
  private static final int MOST_DETAILS = 50;
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_VALUE = 2_000;

  private final JsonFactory json = new JsonFactory();

  String write(Map<String, String> details) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = json.createGenerator(text)) {
      generator.writeStartObject();
      int left = MOST_DETAILS;
      for (Map.Entry<String, String> detail : new TreeMap<>(details).entrySet()) {
        if (left-- == 0) {
          generator.writeStringField("…", "cut off, there were " + details.size());
          break;
        }
        generator.writeStringField(
            AuditText.plain(detail.getKey(), LONGEST_NAME),
            AuditText.plain(detail.getValue(), LONGEST_VALUE));
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** What is no such JSON was put there by somebody else, and is shown as it is. */
  Map<String, String> read(String text) {
    Map<String, String> details = new TreeMap<>();
    try (JsonParser parser = json.createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        String value = parser.nextTextValue();
        details.put(name, value == null ? "" : value);
      }
      return details;
    } catch (IOException e) {
      return Map.of("unreadable", text);
    }
  }
}
