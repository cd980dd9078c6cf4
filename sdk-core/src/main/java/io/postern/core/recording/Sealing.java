package io.postern.core.recording;

import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Ends recordings: those that close in order, and those that somebody has to finish later. */
final class Sealing {
  private final RecordingFiles files;

  @Inject
  Sealing(RecordingFiles files) {
    this.files = files;
  }

  /**
   * What the store keeps of a seal.
   *
   * @param hash the chain's last hash
   * @param size the cast's bytes
   */
  record Sealed(String hash, long size) {}

  /** Ends the seal of a cast to which all was written that there is. */
  Sealed finish(RecordingFolder.Place place, RecordingFile cast, SealWriter seal)
      throws IOException {
    seal.endChunk();
    cast.force();
    return end(place, seal, false);
  }

  /**
   * Finishes what a dead process or a failed disk left, up to its last whole event. What was sealed
   * stays as it is, also where the cast no longer fits it. Half an event was never shown, for it is
   * shown only after it was written: it is cut, so that players play the rest, and the seal says
   * how many bytes it had. Harmless on a recording that is finished.
   */
  Sealed complete(RecordingFolder.Place place, String id) throws IOException {
    if (!RecordingFolder.exists(place.cast())) {
      throw new IOException("the recording's file is missing: " + place.cast());
    }
    SealLine opening = SealLine.opening(id);
    SealFile found = null;
    if (RecordingFolder.exists(place.seal())) {
      found = SealFile.read(place.seal(), id);
      if (found.isEnded()) {
        return new Sealed(found.last().orElse(opening).chain(), found.covered());
      }
      if (found.torn() > 0) {
        files.cut(place.seal(), found.size());
      }
    }
    try (SealWriter seal = reopened(place, id, found)) {
      long size = Files.size(place.cast());
      long kept = Math.min(size, wholeEvents(place.cast(), seal.sealedBytes()));
      seal.recovered(size - kept);
      // The number first: a crash in between must not lose it.
      seal.force();
      if (kept < size) {
        files.cut(place.cast(), kept);
      }
      cover(place.cast(), seal);
      return end(place, seal, found != null && found.hasTranscript());
    }
  }

  private SealWriter reopened(RecordingFolder.Place place, String id, @Nullable SealFile found)
      throws IOException {
    if (found == null) {
      return SealWriter.begin(files.create(place.seal()), id);
    }
    RecordingFile file = files.reopen(place.seal());
    return found.size() == 0
        ? SealWriter.begin(file, id)
        : SealWriter.resume(
            file,
            found.last().orElse(SealLine.opening(id)),
            found.chunks().size(),
            found.covered());
  }

  private Sealed end(RecordingFolder.Place place, SealWriter seal, boolean transcriptSealed)
      throws IOException {
    if (!transcriptSealed) {
      TranscriptFile.write(files, place.cast(), place.transcript());
      seal.transcript(TranscriptFile.sealed(place.transcript()));
    }
    String hash = seal.end();
    seal.force();
    return new Sealed(hash, seal.sealedBytes());
  }

  /** How many bytes the whole lines have; never less than {@code sealed}. */
  private static long wholeEvents(Path cast, long sealed) throws IOException {
    byte[] buffer = new byte[SealWriter.CHUNK];
    long whole = sealed;
    long at = sealed;
    try (InputStream in = Files.newInputStream(cast, LinkOption.NOFOLLOW_LINKS)) {
      in.skipNBytes(Math.min(sealed, Files.size(cast)));
      int count;
      while ((count = in.read(buffer)) >= 0) {
        for (int i = 0; i < count; i++) {
          if (buffer[i] == '\n') {
            whole = at + i + 1;
          }
        }
        at += count;
      }
    }
    return whole;
  }

  private static void cover(Path cast, SealWriter seal) throws IOException {
    byte[] buffer = new byte[SealWriter.CHUNK];
    try (InputStream in = Files.newInputStream(cast, LinkOption.NOFOLLOW_LINKS)) {
      in.skipNBytes(Math.min(seal.sealedBytes(), Files.size(cast)));
      int count;
      while ((count = in.read(buffer)) >= 0) {
        seal.add(buffer, 0, count);
      }
    }
    seal.endChunk();
  }
}
