package io.postern.core.recording;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;

/** The transcript as it lies beside a sealed cast. */
final class TranscriptFile {
  private TranscriptFile() {}

  /** Makes it from the cast, anew when a sealing that was interrupted left one. */
  static void write(RecordingFiles files, Path cast, Path transcript) throws IOException {
    Files.deleteIfExists(transcript);
    byte[] buffer = new byte[32 * 1024];
    try (InputStream in = Files.newInputStream(cast, LinkOption.NOFOLLOW_LINKS);
        RecordingFile out = files.create(transcript);
        InputStream text = new RenderedStream(new Transcript(in))) {
      int count;
      while ((count = text.read(buffer, 0, buffer.length)) >= 0) {
        out.write(buffer, 0, count);
      }
      out.force();
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
