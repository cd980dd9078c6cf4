package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.recording.Recorder;
import io.postern.core.store.Tx;
import io.postern.credential.Credential;
import io.postern.recording.Recording;
import io.postern.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records in memory, up to the byte at which a test lets the disk be full. */
final class FakeRecorder implements Recorder {
  final List<FakeTrack> tracks = new CopyOnWriteArrayList<>();
  volatile int fullAtByte = Integer.MAX_VALUE;
  volatile boolean cannotBegin;
  volatile boolean cannotSeal;

  @Override
  public Track begin(SessionId session, String name, int columns, int rows, Redactions redactions) {
    if (cannotBegin) {
      throw diskFull();
    }
    FakeTrack track = new FakeTrack(name);
    tracks.add(track);
    return track;
  }

  FakeTrack only() {
    if (tracks.size() != 1) {
      throw new AssertionError("one recording expected, there are " + tracks.size());
    }
    return tracks.get(0);
  }

  @Override
  public Redactions redactionsOf(Credential credential) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Recording> of(Tx tx, SessionId session) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sealAll(SessionId session) {
    throw new UnsupportedOperationException();
  }

  private static PosternException diskFull() {
    return new PosternException(ErrorCode.RECORDING_FAILED, "no space left on device");
  }

  final class FakeTrack implements Track {
    final String name;
    final List<String> sizes = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean broken;
    private boolean sealed;
    private boolean writtenAfterSeal;

    private FakeTrack(String name) {
      this.name = name;
    }

    @Override
    public synchronized void output(byte[] from, int offset, int length) {
      if (Thread.currentThread().isInterrupted()) {
        throw new AssertionError("an interrupt would close the recording's file");
      }
      writtenAfterSeal |= sealed;
      broken |= bytes.size() + length > fullAtByte;
      if (broken || sealed) {
        throw diskFull();
      }
      bytes.write(from, offset, length);
    }

    @Override
    public synchronized void resize(int columns, int rows) {
      if (broken || sealed) {
        throw diskFull();
      }
      sizes.add(columns + "x" + rows);
    }

    @Override
    public synchronized void close() {
      if (!sealed) {
        sealed = true;
        if (cannotSeal || broken) {
          throw diskFull();
        }
      }
    }

    synchronized byte[] recorded() {
      return bytes.toByteArray();
    }

    synchronized String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    synchronized boolean isSealed() {
      return sealed && !writtenAfterSeal;
    }
  }

  /** Knows one secret. */
  static final class OneSecret implements Redactions {
    volatile int closed;

    @Override
    public String applyTo(String text) {
      // As the real one does not any more: nobody may ask who could have asked in time.
      return closed > 0 ? text : text.replace("hunter2", "[redacted]");
    }

    @Override
    public void close() {
      closed++;
    }
  }
}
