package io.postern.examples.quickstart;

import io.postern.credential.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A JSON object, written as bytes so that no secret in it becomes a String. Closing wipes it. */
final class Json implements AutoCloseable {
  private final WipedBytes bytes = new WipedBytes();
  private boolean empty = true;

  Json text(String name, String value) {
    begin(name);
    quoted(value.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  Json secret(String name, Secret value) {
    begin(name);
    value.use(
        read -> {
          byte[] copy = new byte[read.remaining()];
          read.get(copy);
          quoted(copy);
          Arrays.fill(copy, (byte) 0);
          return true;
        });
    return this;
  }

  /** Takes another object in, and closes it. */
  Json object(String name, Json value) {
    begin(name);
    bytes.write('{');
    bytes.writeAll(value.bytes);
    bytes.write('}');
    value.close();
    return this;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write('{');
    bytes.writeTo(out);
    out.write('}');
  }

  private void begin(String name) {
    if (!empty) {
      bytes.write(',');
    }
    empty = false;
    quoted(name.getBytes(StandardCharsets.UTF_8));
    bytes.write(':');
  }

  private void quoted(byte[] text) {
    bytes.write('"');
    for (byte one : text) {
      if (one == '"' || one == '\\') {
        bytes.write('\\');
        bytes.write(one);
      } else if (one >= 0 && one < 0x20) {
        bytes.writeBytes("\\u%04x".formatted((int) one).getBytes(StandardCharsets.US_ASCII));
      } else {
        bytes.write(one);
      }
    }
    bytes.write('"');
  }

  @Override
  public void close() {
    bytes.wipe();
  }

  /** Wide enough from the start for any key file, so that growing leaves no copies behind. */
  private static final class WipedBytes extends ByteArrayOutputStream {
    WipedBytes() {
      super(64 * 1024);
    }

    void writeAll(WipedBytes other) {
      write(other.buf, 0, other.count);
    }

    void wipe() {
      Arrays.fill(buf, (byte) 0);
      reset();
    }
  }
}
