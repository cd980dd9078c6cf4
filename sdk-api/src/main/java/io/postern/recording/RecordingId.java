package io.postern.recording;

import io.postern.text.Text;

/** Which recording. Made by Postern; sorts by time of creation. */
public record RecordingId(String value) {
  public RecordingId {
    value = Text.id(value, "recording id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static RecordingId of(String value) {
    return new RecordingId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
