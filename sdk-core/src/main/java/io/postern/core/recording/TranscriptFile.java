package io.postern.core.recording;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transcript as it lies beside a sealed cast. */
final class TranscriptFile {
  private static final Logger LOG = LoggerFactory.getLogger(TranscriptFile.class);

  private TranscriptFile() {}

  /**
   * Makes it from the cast, anew when a sealing that was interrupted left one. Of a cast that is
   * damaged it has what comes before, so that even that can be sealed as it was found.
   */
  static void write(RecordingFiles files, Path cast, Path transcript) throws IOException {
    Files.deleteIfExists(transcript);
    try (RecordingFile out = files.create(transcript)) {
      try {
        copy(cast, out);
      } catch (DamagedCastException e) {
        LOG.warn("a damaged recording is sealed as it was found cast={}", cast);
      }
      out.force();
    }
  }

  private static void copy(Path cast, RecordingFile out) throws IOException {
    byte[] buffer = new byte[32 * 1024];
    try (InputStream in = Files.newInputStream(cast, LinkOption.NOFOLLOW_LINKS);
        InputStream text = new RenderedStream(new Transcript(in))) {
      int count;
      while ((count = text.read(buffer, 0, buffer.length)) >= 0) {
        out.write(buffer, 0, count);
      }
    }
  }

  /** Its size and hash, as a seal has them. */
  static String sealed(Path transcript) throws IOException {
    MessageDigest digest = SealLine.sha256();
    byte[] buffer = new byte[32 * 1024];
    long size = 0;
    try (InputStream in = Files.newInputStream(transcript, LinkOption.NOFOLLOW_LINKS)) {
      int count;
      while ((count = in.read(buffer, 0, buffer.length)) >= 0) {
        digest.update(buffer, 0, count);
        size += count;
      }
    }
    return "transcript " + size + " " + SealLine.hex(digest.digest());
  }
}
