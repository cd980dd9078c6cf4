package io.postern.core.store;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** One numbered script of the schema, such as {@code 001-tables.sql}. */
record Script(int version, String name, String text) {
  static Script named(String file) {
    try (InputStream stream = Script.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new PosternException(
            ErrorCode.INTERNAL, "the library's archive lacks the script " + file);
      }
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return new Script(Integer.parseInt(file.substring(0, 3)), file, text.replace("\r\n", "\n"));
    } catch (IOException e) {
      throw new PosternException(ErrorCode.INTERNAL, "the script " + file + " cannot be read", e);
    }
  }

  String checksum() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The statements for one engine, in order. */
  List<String> statements(Database.Dialect dialect) {
    String identity =
        dialect == Database.Dialect.SQLITE
            ? "integer primary key autoincrement"
            : "bigint generated always as identity primary key";
    return SqlSplitter.split(linesFor(dialect).replace("${identity}", identity));
  }

  private String linesFor(Database.Dialect dialect) {
    String mine = "-- only " + dialect.name().toLowerCase(Locale.ROOT);
    StringBuilder lines = new StringBuilder();
    boolean taking = true;
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("-- only ")) {
        taking = line.strip().equals(mine);
      } else if (taking) {
        lines.append(line).append('\n');
      }
    }
    return lines.toString();
  }
}
