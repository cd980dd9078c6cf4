package io.postern.core.recording;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The first line of a cast.
 *
 * @param width columns
 * @param height rows
 * @param timestamp seconds since 1970
 * @param title the recording's name
 */
record CastHeader(int width, int height, long timestamp, String title) {
  byte[] bytes() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
      json.writeStartObject();
      json.writeNumberField("version", 2);
      json.writeNumberField("width", width);
      json.writeNumberField("height", height);
      json.writeNumberField("timestamp", timestamp);
      json.writeStringField("title", title);
      json.writeEndObject();
    }
    line.write("\n".getBytes(StandardCharsets.US_ASCII));
    return line.toByteArray();
  }

  /** Reads the header; what it does not know is passed over. */
  static CastHeader read(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new DamagedCastException();
    }
    int width = 80;
    int height = 24;
    long timestamp = 0;
    String title = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.VALUE_NUMBER_INT) {
        switch (field) {
          case "width" -> width = json.getIntValue();
          case "height" -> height = json.getIntValue();
          case "timestamp" -> timestamp = json.getLongValue();
          default -> {}
        }
      } else if (value == JsonToken.VALUE_STRING && field.equals("title")) {
        title = printable(json.getText());
      } else {
        json.skipChildren();
      }
    }
    return new CastHeader(width, height, timestamp, title);
  }

  /** A name without anything that steers a terminal. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]+", " ").strip();
  }
}
