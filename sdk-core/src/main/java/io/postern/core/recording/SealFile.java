package io.postern.core.recording;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A seal as it was found.
 *
 * @param lines the lines that hold together, from the first on
 * @param fault the number of the first line that does not, or 0
 * @param torn how many bytes stand after the last whole line
 * @param size how many bytes the file has up to there
 */
record SealFile(List<SealLine> lines, int fault, int torn, long size) {
  /** A seal of a day's recording has some ten thousand lines; more than this is none of ours. */
  private static final long LARGEST = 256L << 20;

  private static final Pattern CHUNK =
      Pattern.compile("chunk [0-9]{1,15} [0-9]{1,15} [0-9]{1,5} [0-9a-f]{64}");

  static SealFile read(Path path, String id) throws IOException {
    if (Files.size(path) > LARGEST) {
      throw new IOException("the seal " + path + " is larger than any that Postern writes");
    }
    byte[] bytes = Files.readAllBytes(path);
    List<SealLine> lines = new ArrayList<>();
    int fault = 0;
    int number = 0;
    long covered = 0;
    int begin = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        number++;
        if (fault == 0) {
          // Bytes that are no UTF-8 become U+FFFD, which no hash of ours was made from.
          Optional<SealLine> line =
              SealLine.parse(new String(bytes, begin, i - begin, StandardCharsets.UTF_8));
          if (line.isPresent()
              && follows(lines, line.get(), id)
              && goesOn(line.get().body(), covered)) {
            lines.add(line.get());
            covered += length(line.get());
          } else {
            fault = number;
          }
        }
        begin = i + 1;
      }
    }
    return new SealFile(List.copyOf(lines), fault, bytes.length - begin, begin);
  }

  /** Whether a chunk begins where the one before ended; anybody can make hashes that chain. */
  private static boolean goesOn(String body, long covered) {
    return !body.startsWith("chunk ")
        || (CHUNK.matcher(body).matches() && Long.parseLong(body.split(" ", -1)[2]) == covered);
  }

  private static int length(SealLine line) {
    String[] words = line.words();
    return words[0].equals("chunk") ? Integer.parseInt(words[3]) : 0;
  }

  private static boolean follows(List<SealLine> before, SealLine line, String id) {
    return before.isEmpty()
        ? line.equals(SealLine.opening(id))
        : line.follows(before.get(before.size() - 1));
  }

  /** The last line that holds. */
  Optional<SealLine> last() {
    return lines.isEmpty() ? Optional.empty() : Optional.of(lines.get(lines.size() - 1));
  }

  boolean isEnded() {
    return fault == 0 && last().filter(line -> line.body().startsWith("end ")).isPresent();
  }

  boolean hasTranscript() {
    return lines.stream().anyMatch(line -> line.body().startsWith("transcript "));
  }

  List<Chunk> chunks() {
    List<Chunk> chunks = new ArrayList<>();
    for (SealLine line : lines) {
      String[] words = line.words();
      if (words[0].equals("chunk")) {
        chunks.add(new Chunk(Long.parseLong(words[2]), Integer.parseInt(words[3]), words[4]));
      }
    }
    return chunks;
  }

  /** How many bytes of the cast the chunks cover. */
  long covered() {
    List<Chunk> chunks = chunks();
    return chunks.isEmpty() ? 0 : chunks.get(chunks.size() - 1).end();
  }

  /** A part of the cast with its hash. */
  record Chunk(long offset, int length, String hash) {
    long end() {
      return offset + length;
    }
  }
}
