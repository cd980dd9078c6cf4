package io.postern.core.recording;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Reads a cast event by event. A recording that goes on may end in half an event: that is its end
 * for now. Used by one thread at a time.
 */
final class CastReader implements Closeable {
  private final JsonParser json;
  private final CastHeader header;

  CastReader(InputStream in) throws IOException {
    json = new JsonFactory().createParser(in);
    try {
      header = CastHeader.read(json);
    } catch (JsonParseException e) {
      json.close();
      throw new DamagedCastException();
    } catch (IOException | RuntimeException e) {
      json.close();
      throw e;
    }
  }

  CastHeader header() {
    return header;
  }

  /**
   * What happened.
   *
   * @param millis since the beginning
   * @param code {@code o} for output, {@code r} for a new size
   */
  record Event(long millis, String code, String text) {}

  /** The next event; empty at the end. */
  Optional<Event> next() throws IOException {
    try {
      JsonToken begin = json.nextToken();
      if (begin == null) {
        return Optional.empty();
      }
      if (begin != JsonToken.START_ARRAY || !json.nextToken().isNumeric()) {
        throw new DamagedCastException();
      }
      long millis = Math.max(0, Math.round(json.getDoubleValue() * 1000));
      String code = text();
      String text = text();
      if (json.nextToken() != JsonToken.END_ARRAY) {
        throw new DamagedCastException();
      }
      return Optional.of(new Event(millis, code, text));
    } catch (JsonEOFException unfinished) {
      return Optional.empty();
    } catch (JsonParseException e) {
      throw new DamagedCastException();
    }
  }

  private String text() throws IOException {
    if (json.nextToken() != JsonToken.VALUE_STRING) {
      throw new DamagedCastException();
    }
    return json.getText();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
