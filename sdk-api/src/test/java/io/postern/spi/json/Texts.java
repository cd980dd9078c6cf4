package io.postern.spi.json;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What tests look at as text. */
final class Texts {
  private Texts() {}

  static String of(ByteBuffer utf8) {
    return StandardCharsets.UTF_8.decode(utf8.duplicate()).toString();
  }
}
