package io.postern.credential.vault;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A JSON object to be sent, whose values may be secrets. Closing wipes it. For one thread. */
final class JsonBody implements AutoCloseable {
  private final Bytes json = new Bytes(512);
  private boolean first = true;

  JsonBody() {
    json.put((byte) '{');
  }

  JsonBody text(String name, String value) {
    return string(name, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** The bytes of the secret as a string; they must be UTF-8. */
  JsonBody secret(String name, Secret value) {
    return value.use(bytes -> string(name, bytes));
  }

  JsonBody number(String name, long value) {
    return raw(name, ByteBuffer.wrap(Long.toString(value).getBytes(StandardCharsets.US_ASCII)));
  }

  /** A value as it stood in other JSON. */
  JsonBody raw(String name, ByteBuffer value) {
    name(name);
    json.put(value);
    return this;
  }

  private JsonBody string(String name, ByteBuffer content) {
    name(name);
    json.put((byte) '"');
    JsonString.encode(content, json);
    json.put((byte) '"');
    return this;
  }

  private void name(String name) {
    if (!first) {
      json.put((byte) ',');
    }
    first = false;
    json.put((byte) '"');
    JsonString.encode(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)), json);
    json.put("\":");
  }

  /** The whole object; worthless once this is closed. */
  ByteBuffer written() {
    ByteBuffer open = json.written();
    ByteBuffer whole = json.room(1).duplicate();
    whole.put((byte) '}');
    whole.limit(open.limit() + 1).position(0);
    return whole;
  }

  @Override
  public void close() {
    json.close();
  }
}
