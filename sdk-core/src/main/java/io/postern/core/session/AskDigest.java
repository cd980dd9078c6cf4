package io.postern.core.session;

import io.postern.jump.JumpItemId;
import io.postern.session.Ask;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Tells whether two asks with one idempotency key are the same ask (rule SES-14). */
final class AskDigest {
  private AskDigest() {}

  static String of(JumpItemId item, Ask ask) {
    List<String> parts =
        List.of(
            item.value(),
            ask.reason(),
            ask.ticket(),
            ask.start().toString(),
            ask.duration().toString(),
            ask.language().toLanguageTag(),
            String.valueOf(ask.isStartWhenApproved()));
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        // The length in front keeps ("ab", "c") and ("a", "bc") apart.
        digest.update((part.length() + ":" + part).getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
