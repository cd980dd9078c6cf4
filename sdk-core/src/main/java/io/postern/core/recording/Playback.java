package io.postern.core.recording;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.core.recording.CastReader.Event;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A cast as it is handed out for playing: the same events, without anything that would do more to
 * the viewer's terminal than draw (rule REC-8). What is not known to draw is left out: control
 * strings (OSC with its clipboard, titles and links; DCS, APC, PM, SOS), questions that a terminal
 * answers, modes of mouse and keyboard, and repetitions.
 */
final class Playback implements Rendering {
  private static final String CONTROLS = "\b\t\n\u000b\f\r\u000e\u000f\u0007";

  /** Moves, erases, scrolls, inserts, deletes, saves and colours. */
  private static final String DRAWING = "ABCDEFGHJKLMPSTXZ@`adefgmrsu";

  private static final Pattern NUMBERS = Pattern.compile("[0-9]{0,4}([;:][0-9]{0,4})*");

  /** Wrap, origin, cursor, other screen: what full-screen programs need to be drawn. */
  private static final Pattern DRAWING_MODES =
      Pattern.compile("\\?(6|7|12|25|47|1047|1048|1049)(;(6|7|12|25|47|1047|1048|1049))*|4");

  private static final Pattern CHARACTER_SET = Pattern.compile("[()*+]");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,5})x([0-9]{1,5})");

  private final CastReader reader;
  private final ControlSequences sequences = ControlSequences.ofCharacters();
  private final CastEncoder encoder = new CastEncoder();
  private final StringBuilder kept = new StringBuilder();
  private boolean begun;

  Playback(InputStream cast) throws IOException {
    reader = new CastReader(cast);
  }

  @Override
  public boolean next(GrowingBytes out) throws IOException {
    if (!begun) {
      begun = true;
      out.append(reader.header().bytes());
      return true;
    }
    Optional<Event> next = reader.next();
    if (next.isEmpty()) {
      return false;
    }
    Event event = next.get();
    var size = SIZE.matcher(event.text());
    if (event.code().equals("o")) {
      byte[] text = filter(event.text()).getBytes(UTF_8);
      encoder.output(event.millis(), text, 0, text.length, out);
    } else if (event.code().equals("r") && size.matches()) {
      encoder.resize(
          event.millis(), Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)), out);
    }
    return true;
  }

  private String filter(String text) {
    kept.setLength(0);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (sequences.accept(c)) {
        case TEXT -> kept.append(c);
        case CONTROL -> {
          if (CONTROLS.indexOf(c) >= 0) {
            kept.append(c);
          }
        }
        case CSI -> {
          if (draws(c)) {
            kept.append("\u001b[").append(sequences.parameters()).append(c);
          }
        }
        case ESCAPE -> {
          if (isHarmlessEscape(c)) {
            kept.append('\u001b').append(sequences.parameters()).append(c);
          }
        }
        case PART, STRING -> {}
      }
    }
    return kept.toString();
  }

  private boolean draws(char last) {
    if (sequences.isOverlong()) {
      return false;
    }
    if (last == 'h' || last == 'l') {
      return DRAWING_MODES.matcher(sequences.parameters()).matches();
    }
    return DRAWING.indexOf(last) >= 0 && NUMBERS.matcher(sequences.parameters()).matches();
  }

  private boolean isHarmlessEscape(char last) {
    return sequences.parameters().isEmpty()
        ? "78DEMHc".indexOf(last) >= 0
        : CHARACTER_SET.matcher(sequences.parameters()).matches() && "0AB".indexOf(last) >= 0;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
