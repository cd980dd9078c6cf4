package io.postern.core.recording;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What a recording is called: a shell's name or a command, which may hold a secret itself. */
final class RecordingName {
  private static final int LONGEST = 200;

  private RecordingName() {}

  /** The name in one printable line and without secrets. */
  static String of(String name, MaskedSecrets secrets) {
    byte[] bytes = name.getBytes(UTF_8);
    GrowingBytes cleaned = new GrowingBytes();
    Redactor redactor = new Redactor(secrets);
    if (!redactor.pass(bytes, 0, bytes.length, cleaned)) {
      throw new IllegalStateException("the secrets to be left out are forgotten already");
    }
    redactor.flush(cleaned);
    String printable = CastHeader.printable(new String(cleaned.array(), 0, cleaned.size(), UTF_8));
    if (printable.isEmpty()) {
      return "recording";
    }
    // By code points, so that no half of a pair is left.
    return printable.codePointCount(0, printable.length()) <= LONGEST
        ? printable
        : printable.substring(0, printable.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }
}
