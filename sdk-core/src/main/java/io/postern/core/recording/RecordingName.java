package io.postern.core.recording;

/** What a recording is called: a shell's name or a command, which may hold a secret itself. */
final class RecordingName {
  private static final int LONGEST = 200;

  private RecordingName() {}

  /** The name in one printable line and without secrets. */
  static String of(String name, MaskedSecrets secrets) {
    String printable = CastHeader.printable(secrets.applyTo(name));
    if (printable.isEmpty()) {
      return "recording";
    }
    // By code points, so that no half of a pair is left.
    return printable.codePointCount(0, printable.length()) <= LONGEST
        ? printable
        : printable.substring(0, printable.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }
}
