package io.postern.examples.quickstart;

import java.util.Properties;

/** What a reader gives with -D. */
final class Given {
  private Given() {}

  /** Each as {@code name=value}. */
  static Properties options(String... options) {
    Properties given = new Properties();
    for (String option : options) {
      int equals = option.indexOf('=');
      given.setProperty(option.substring(0, equals), option.substring(equals + 1));
    }
    return given;
  }
}
