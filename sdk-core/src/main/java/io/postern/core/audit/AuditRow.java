package io.postern.core.audit;

import io.postern.audit.AuditEntry;
import io.postern.core.store.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/** An entry exactly as it is stored. */
record AuditRow(
    long number,
    long at,
    String actor,
    String action,
    String subject,
    String from,
    String to,
    String why,
    String details) {
  static final String COLUMNS =
      "number, at, actor, action, subject, from_state, to_state, why, details";

  /** Changes when the form of the bytes changes, so that two forms never give one hash. */
  private static final String FORM = "postern audit 1";

  static AuditRow read(Row row) {
    return new AuditRow(
        row.number("number"),
        row.number("at"),
        row.text("actor"),
        row.text("action"),
        row.text("subject"),
        row.text("from_state"),
        row.text("to_state"),
        row.text("why"),
        row.text("details"));
  }

  /**
   * SHA-256 over the form's name, the hash before, the link's number and all fields, in
   * hexadecimal. Numbers take eight bytes; each text stands behind its length in four, so no two
   * rows have the same bytes.
   *
   * @param before the hash of the link before, an empty text for the first
   */
  String hash(String before, long link) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String text : List.of(FORM, before)) {
        add(digest, text);
      }
      for (long value : new long[] {link, number, at}) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
      }
      for (String text : List.of(actor, action, subject, from, to, why, details)) {
        add(digest, text);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  AuditEntry entry(Details json) {
    return new AuditEntry(
        number,
        Instant.ofEpochMilli(at),
        actor,
        action,
        subject,
        from,
        to,
        why,
        json.read(details));
  }

  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
