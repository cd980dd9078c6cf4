package io.postern.core.recording;

import java.io.Closeable;
import java.io.IOException;
import java.security.MessageDigest;

/** Seals a cast while it grows. Used by one thread at a time. */
final class SealWriter implements Closeable {
  /** The longest part that has one hash: how exactly a fault can be placed. */
  static final int CHUNK = 64 * 1024;

  private final RecordingFile file;
  private final MessageDigest digest = SealLine.sha256();
  private SealLine last;
  private long chunks;
  private long offset;
  private int length;

  private SealWriter(RecordingFile file, SealLine last, long chunks, long offset) {
    this.file = file;
    this.last = last;
    this.chunks = chunks;
    this.offset = offset;
  }

  static SealWriter begin(RecordingFile file, String id) throws IOException {
    SealWriter writer = new SealWriter(file, SealLine.opening(id), 0, 0);
    writer.write(writer.last);
    return writer;
  }

  /**
   * Goes on after {@code last}, when {@code chunks} chunks cover the first {@code offset} bytes.
   */
  static SealWriter resume(RecordingFile file, SealLine last, long chunks, long offset) {
    return new SealWriter(file, last, chunks, offset);
  }

  /** Takes bytes that were just written to the cast. */
  void add(byte[] bytes, int from, int count) throws IOException {
    int at = from;
    int left = count;
    while (left > 0) {
      int part = Math.min(left, CHUNK - length);
      digest.update(bytes, at, part);
      length += part;
      at += part;
      left -= part;
      if (length == CHUNK) {
        endChunk();
      }
    }
  }

  /** Seals what was added since the last chunk. */
  void endChunk() throws IOException {
    if (length > 0) {
      String hash = SealLine.hex(digest.digest());
      append("chunk " + ++chunks + " " + offset + " " + length + " " + hash);
      offset += length;
      length = 0;
    }
  }

  /**
   * Says that what follows was sealed by somebody who found it, and how much of a half-written
   * event is cut.
   */
  void recovered(long torn) throws IOException {
    append("recovered " + offset + " " + torn);
  }

  /** Seals the transcript, as {@link TranscriptFile#sealed} describes it. */
  void transcript(String description) throws IOException {
    append(description);
  }

  /** The last line. */
  String end() throws IOException {
    append("end " + offset + " " + chunks);
    return last.chain();
  }

  long sealedBytes() {
    return offset;
  }

  void force() throws IOException {
    file.force();
  }

  private void append(String body) throws IOException {
    SealLine next = last.next(body);
    write(next);
    last = next;
  }

  private void write(SealLine line) throws IOException {
    byte[] bytes = line.bytes();
    file.write(bytes, 0, bytes.length);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
