package io.postern.core.jump;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The place of a row in the order by name, as a text that means nothing to whoever keeps it. Its
 * checksum finds what was cut or mixed up; it guards no right, because every page is filtered anew.
 */
record Cursor(String nameSort, String id) {
  private static final int CHECKSUM_BYTES = 8;

  String text() {
    // Neither part can hold the character zero.
    byte[] place = (nameSort + '\0' + id).getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(checksum(place), CHECKSUM_BYTES + place.length);
    System.arraycopy(place, 0, all, CHECKSUM_BYTES, place.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  static Cursor parse(String text) {
    try {
      byte[] all = Base64.getUrlDecoder().decode(text);
      byte[] place = Arrays.copyOfRange(all, Math.min(CHECKSUM_BYTES, all.length), all.length);
      String[] parts = new String(place, StandardCharsets.UTF_8).split("\0", -1);
      Cursor cursor = new Cursor(parts[0], parts.length == 2 ? parts[1] : "");
      // Compared as text, because several texts decode to the same bytes.
      if (cursor.text().equals(text)) {
        return cursor;
      }
    } catch (IllegalArgumentException e) {
      throw unusable(e);
    }
    throw unusable(null);
  }

  /** The same place, if it is one of this list; only lists by id alone hold their name in it. */
  Cursor in(String list) {
    if (!nameSort.equals(list)) {
      throw unusable(null);
    }
    return this;
  }

  private static PosternException unusable(@Nullable IllegalArgumentException cause) {
    return new PosternException(
        ErrorCode.QUERY_INVALID,
        "the page cursor was not made by this list, or was damaged; hand back Page.next() as it is,"
            + " or begin with the first page",
        cause);
  }

  private static byte[] checksum(byte[] place) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(place);
      return Arrays.copyOf(digest, CHECKSUM_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
