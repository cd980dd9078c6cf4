package io.postern.core.recording;

import io.postern.core.recording.CastReader.Event;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A cast as plain text: what stood in each line when it ended. Nothing of it steers a terminal:
 * besides text there are only tabs and line feeds (rule REC-8). What moves between lines, as
 * full-screen programs do, begins a new line. Memory is bounded whatever comes.
 */
final class Transcript implements Rendering {
  private final CastReader reader;
  private final ControlSequences sequences = ControlSequences.ofCharacters();
  private final TranscriptLine line = new TranscriptLine();
  private boolean ended;

  Transcript(InputStream cast) throws IOException {
    reader = new CastReader(cast);
  }

  @Override
  public boolean next(GrowingBytes out) throws IOException {
    if (ended) {
      return false;
    }
    Optional<Event> next = reader.next();
    if (next.isEmpty()) {
      ended = true;
      breakLine(out);
      return false;
    }
    if (next.get().code().equals("o")) {
      String text = next.get().text();
      for (int i = 0; i < text.length(); ) {
        int codePoint = text.codePointAt(i);
        show(codePoint, out);
        i += Character.charCount(codePoint);
      }
    }
    return true;
  }

  private void show(int c, GrowingBytes out) {
    switch (sequences.accept(c)) {
      case TEXT -> text(c, out);
      case CONTROL -> control(c, out);
      case CSI -> sequence(c, out);
      case ESCAPE -> {
        if (sequences.parameters().isEmpty() && "DEMc".indexOf(c) >= 0) {
          breakLine(out);
        }
      }
      case PART, STRING -> {}
    }
  }

  private void text(int c, GrowingBytes out) {
    switch (Character.getType(c)) {
      // Separators of Unicode's own and what turns the direction of writing would let a line look
      // like another; joiners are needed to write some languages.
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> line.put(' ', out);
      case Character.SURROGATE -> line.put(0xfffd, out);
      case Character.FORMAT -> {
        if (c == 0x200c || c == 0x200d) {
          line.put(c, out);
        }
      }
      default -> line.put(c, out);
    }
  }

  private void control(int c, GrowingBytes out) {
    switch (c) {
      case '\t' -> line.put('\t', out);
      case '\r' -> line.toColumn(0);
      case '\b' -> line.move(-1);
      case '\n', 0x0b, 0x0c, 0x84, 0x85 -> line.end(out);
      default -> {}
    }
  }

  private void sequence(int last, GrowingBytes out) {
    int number = number();
    int count = Math.max(1, number);
    switch (last) {
      case 'C', 'a' -> line.move(count);
      case 'D' -> line.move(-count);
      case 'G', '`' -> line.toColumn(count - 1);
      case 'P' -> line.delete(count);
      case '@' -> line.insert(count);
      case 'X' -> line.blank(count);
      case 'K' -> erase(number);
      case 'A', 'B', 'E', 'F', 'H', 'J', 'L', 'M', 'S', 'T', 'd', 'e', 'f' -> breakLine(out);
      default -> {}
    }
  }

  private void erase(int what) {
    switch (what) {
      case 0 -> line.eraseToEnd();
      case 1 -> line.eraseToCursor();
      default -> line.eraseAll();
    }
  }

  /** The first parameter; 0 when there is none, and never more than a line is long. */
  private int number() {
    int value = 0;
    CharSequence parameters = sequences.parameters();
    for (int i = 0; i < parameters.length(); i++) {
      char c = parameters.charAt(i);
      if (c < '0' || c > '9') {
        return value;
      }
      value = Math.min(TranscriptLine.LONGEST, value * 10 + (c - '0'));
    }
    return value;
  }

  private void breakLine(GrowingBytes out) {
    if (!line.isEmpty()) {
      line.end(out);
    }
    line.toColumn(0);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
