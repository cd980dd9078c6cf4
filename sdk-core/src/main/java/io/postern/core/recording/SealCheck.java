package io.postern.core.recording;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Compares a recording with its seal and with what the store knows of it. */
final class SealCheck {
  private SealCheck() {}

  /**
   * What was found.
   *
   * @param bytes how many bytes of the cast agree with the seal, from the first on
   * @param from where in the cast the first fault is at the earliest; -1 when it is not in the cast
   * @param to where it is at the latest, exclusive
   * @param text what it looks like; empty when there is no fault
   */
  record Finding(long bytes, long from, long to, String text) {
    boolean isIntact() {
      return text.isEmpty();
    }

    private static Finding elsewhere(long bytes, String text) {
      return new Finding(bytes, -1, -1, text);
    }
  }

  /**
   * Checks one recording.
   *
   * @param stored what the store says of its end; empty while the recording goes on, when only what
   *     is sealed so far is checked
   */
  static Finding of(RecordingFolder.Place place, String id, Optional<StoredSeal> stored)
      throws IOException {
    if (!RecordingFolder.exists(place.cast())) {
      return new Finding(0, 0, 1, "the recording's file is missing: " + name(place.cast()));
    }
    if (!RecordingFolder.exists(place.seal())) {
      return Finding.elsewhere(0, "the seal is missing: " + name(place.seal()));
    }
    SealFile seal = SealFile.read(place.seal(), id);
    boolean whole = seal.isEnded() && seal.torn() == 0;
    Finding cast = cast(place.cast(), seal.chunks(), whole);
    if (!cast.isIntact()) {
      return cast;
    }
    if (seal.fault() > 0) {
      return Finding.elsewhere(
          cast.bytes(), "line " + seal.fault() + " of the seal was changed, cut, added or moved");
    }
    if (stored.isPresent()) {
      String against = against(stored.get(), seal, whole, cast.bytes());
      if (!against.isEmpty()) {
        return Finding.elsewhere(cast.bytes(), against);
      }
    }
    return seal.hasTranscript() ? transcript(place.transcript(), seal, cast) : cast;
  }

  /** What the store remembers of a sealed recording. */
  record StoredSeal(String hash, long size) {}

  private static Finding cast(Path path, List<SealFile.Chunk> chunks, boolean whole)
      throws IOException {
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      for (int i = 0; i < chunks.size(); i++) {
        SealFile.Chunk chunk = chunks.get(i);
        byte[] bytes = in.readNBytes(chunk.length());
        String hash = SealLine.hex(SealLine.sha256().digest(bytes));
        if (!hash.equals(chunk.hash())) {
          return new Finding(
              chunk.offset(),
              chunk.offset(),
              chunk.end(),
              fault(chunks, i, bytes.length, hash, Files.size(path)));
        }
      }
      long covered = chunks.isEmpty() ? 0 : chunks.get(chunks.size() - 1).end();
      if (whole && in.read() >= 0) {
        return new Finding(
            covered,
            covered,
            Files.size(path),
            "added: " + (Files.size(path) - covered) + " bytes from byte " + covered + " on");
      }
      return new Finding(covered, -1, -1, "");
    }
  }

  private static String fault(
      List<SealFile.Chunk> chunks, int index, int length, String hash, long size) {
    SealFile.Chunk chunk = chunks.get(index);
    String where =
        "chunk " + (index + 1) + ", bytes " + chunk.offset() + " to " + (chunk.end() - 1);
    if (length < chunk.length()) {
      long missing = chunks.get(chunks.size() - 1).end() - size;
      return "cut: the file ends at byte " + size + " in " + where + "; " + missing + " are gone";
    }
    for (int other = 0; other < chunks.size(); other++) {
      if (chunks.get(other).hash().equals(hash)) {
        return "moved: in the place of " + where + " stands what was chunk " + (other + 1);
      }
    }
    return "changed: " + where + " are not those that were recorded";
  }

  private static String against(StoredSeal stored, SealFile seal, boolean whole, long castBytes) {
    if (seal.torn() > 0) {
      return "added: " + seal.torn() + " bytes at the end of the seal";
    }
    if (!whole) {
      return "the seal was cut: the store knows the recording as sealed, and its last line is gone";
    }
    boolean same = seal.last().filter(line -> line.chain().equals(stored.hash())).isPresent();
    return same && stored.size() == castBytes
        ? ""
        : "the seal is another than the one that the store knows: both files were replaced";
  }

  private static Finding transcript(Path path, SealFile seal, Finding cast) throws IOException {
    String said =
        seal.lines().stream()
            .map(SealLine::body)
            .filter(body -> body.startsWith("transcript "))
            .reduce("", (before, after) -> after);
    if (!RecordingFolder.exists(path)) {
      return seal.isEnded()
          ? Finding.elsewhere(cast.bytes(), "the transcript is missing: " + name(path))
          : cast;
    }
    return said.equals(TranscriptFile.sealed(path))
        ? cast
        : Finding.elsewhere(cast.bytes(), "the transcript was changed: " + name(path));
  }

  /** Whoever reads a finding has no business with the server's paths. */
  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
