package io.postern.core.recording;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a seal: what it says, and the hash that chains it to all lines before it and to the
 * recording's id. The format is described in {@code docs/recording-format.md}.
 *
 * @param body what it says
 * @param chain SHA-256 of the chain before and the body, in hexadecimal
 */
record SealLine(String body, String chain) {
  private static final Pattern LINE = Pattern.compile("(.+) ([0-9a-f]{64})");

  /** The first line, which binds the seal to one recording. */
  static SealLine opening(String id) {
    return new SealLine("postern-seal 1 " + id, hash("", "postern-seal 1 " + id));
  }

  SealLine next(String body) {
    return new SealLine(body, hash(chain, body));
  }

  static Optional<SealLine> parse(String line) {
    Matcher matcher = LINE.matcher(line);
    return matcher.matches()
        ? Optional.of(new SealLine(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** Whether this line was made after {@code before}. */
  boolean follows(SealLine before) {
    return before.next(body).chain.equals(chain);
  }

  /** The words of the body. */
  String[] words() {
    return body.split(" ", -1);
  }

  byte[] bytes() {
    return (body + " " + chain + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }

  private static String hash(String before, String body) {
    return hex(sha256().digest((before + "\n" + body).getBytes(StandardCharsets.UTF_8)));
  }
}
