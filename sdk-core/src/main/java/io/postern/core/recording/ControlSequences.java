package io.postern.core.recording;

/**
 * Tells text from terminal control, one character at a time, as ECMA-48 has it. Holds a bounded
 * state whatever comes.
 *
 * @see "ECMA-48, Control Functions for Coded Character Sets, 5.4 and 8.3; xterm, ctlseqs"
 */
final class ControlSequences {
  /**
   * A control string that is longer than this is taken to be none, so that one that never ends
   * hides no more than this from a transcript.
   */
  static final int LONGEST_STRING = 1 << 20;

  private static final int LONGEST_PARAMETERS = 64;

  /** What a character turned out to be. */
  enum Kind {
    /** To be shown. */
    TEXT,
    /** A control character that acts by itself, also amid a sequence. */
    CONTROL,
    /** Part of a sequence that goes on. */
    PART,
    /** The end of a control sequence (CSI); {@link #parameters} tells which. */
    CSI,
    /** The end of an escape sequence of another sort; {@link #parameters} tells which. */
    ESCAPE,
    /** The end of a control string: OSC, DCS, APC, PM or SOS. */
    STRING
  }

  private enum State {
    GROUND,
    ESCAPE,
    CSI,
    OSC,
    STRING
  }

  private final boolean eightBit;
  private final StringBuilder parameters = new StringBuilder(LONGEST_PARAMETERS);
  private State state = State.GROUND;
  private boolean overlong;
  private int stringLength;

  private ControlSequences(boolean eightBit) {
    this.eightBit = eightBit;
  }

  /** For characters, where U+0080 to U+009F are controls. */
  static ControlSequences ofCharacters() {
    return new ControlSequences(true);
  }

  /** For bytes of any encoding, where those above 127 are text. */
  static ControlSequences ofBytes() {
    return new ControlSequences(false);
  }

  /** Whether nothing is under way. */
  boolean isIdle() {
    return state == State.GROUND;
  }

  /** What stood between the beginning and the final character of the sequence that just ended. */
  CharSequence parameters() {
    return parameters;
  }

  /** Whether the sequence was longer than any that means something. */
  boolean isOverlong() {
    return overlong;
  }

  Kind accept(int c) {
    if (c == 0x1b) {
      boolean string = state == State.OSC || state == State.STRING;
      begin(State.ESCAPE);
      return string ? Kind.STRING : Kind.PART;
    }
    if (c == 0x18 || c == 0x1a) {
      // CAN and SUB end whatever is under way.
      state = State.GROUND;
      return Kind.CONTROL;
    }
    if (eightBit && c >= 0x80 && c < 0xa0) {
      return acceptEightBit(c);
    }
    return switch (state) {
      case GROUND -> c < 0x20 || c == 0x7f ? Kind.CONTROL : Kind.TEXT;
      case ESCAPE -> acceptAfterEscape(c);
      case CSI -> acceptInSequence(c, 0x40, Kind.CSI);
      case OSC, STRING -> acceptInString(c);
    };
  }

  private Kind acceptEightBit(int c) {
    switch (c) {
      case 0x9b -> begin(State.CSI);
      case 0x9d -> begin(State.OSC);
      case 0x90, 0x98, 0x9e, 0x9f -> begin(State.STRING);
      default -> {
        boolean string = state == State.OSC || state == State.STRING;
        state = State.GROUND;
        return string && c == 0x9c ? Kind.STRING : Kind.CONTROL;
      }
    }
    return Kind.PART;
  }

  private Kind acceptAfterEscape(int c) {
    if (parameters.isEmpty()) {
      switch (c) {
        case '[' -> {
          begin(State.CSI);
          return Kind.PART;
        }
        case ']' -> {
          begin(State.OSC);
          return Kind.PART;
        }
        case 'P', 'X', '^', '_' -> {
          begin(State.STRING);
          return Kind.PART;
        }
        default -> {}
      }
    }
    return acceptInSequence(c, 0x30, Kind.ESCAPE);
  }

  private Kind acceptInSequence(int c, int firstFinal, Kind ended) {
    if (c < 0x20) {
      return Kind.CONTROL;
    }
    if (c == 0x7f) {
      return Kind.PART;
    }
    if (c > 0x7f) {
      state = State.GROUND;
      return Kind.TEXT;
    }
    if (c >= firstFinal) {
      state = State.GROUND;
      return ended;
    }
    if (parameters.length() < LONGEST_PARAMETERS) {
      parameters.append((char) c);
    } else {
      overlong = true;
    }
    return Kind.PART;
  }

  private Kind acceptInString(int c) {
    if ((c == 0x07 && state == State.OSC) || ++stringLength > LONGEST_STRING) {
      state = State.GROUND;
      return Kind.STRING;
    }
    return Kind.PART;
  }

  private void begin(State next) {
    state = next;
    parameters.setLength(0);
    overlong = false;
    stringLength = 0;
  }
}
