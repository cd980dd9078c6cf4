package io.postern.doctor;

import io.postern.credential.Secret;
import io.postern.spi.Settings;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;

/**
 * Settings in a file of {@code key=value}. A secret stands in a file of its own, and here as {@code
 * key=@file}; a value that begins with {@code @} is written with two of them.
 */
final class SettingsFile {
  private SettingsFile() {}

  static Settings read(Path file, Report report) throws IOException {
    Properties values = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      values.load(reader);
    }
    Settings settings = Settings.none();
    for (String key : values.stringPropertyNames()) {
      String value = values.getProperty(key);
      if (value.startsWith("@@")) {
        settings = settings.and(key, value.substring(1));
      } else if (value.startsWith("@")) {
        Secret secret = secret(file.resolveSibling(value.substring(1)));
        report.keep(secret);
        settings = settings.and(key, secret);
      } else {
        settings = settings.and(key, value);
      }
    }
    return settings;
  }

  /** The file's bytes, less the line break that editors put at the end. */
  private static Secret secret(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\n') {
      length--;
      if (length > 0 && bytes[length - 1] == '\r') {
        length--;
      }
    }
    try {
      return Secret.takeFrom(ByteBuffer.wrap(bytes, 0, length));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
