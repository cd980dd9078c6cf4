package io.postern.core.recording;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.recording.RecordingId;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recording under way: cleaned of secrets, encoded, written, sealed, in this order and on the
 * thread that brings the output, because only then is it recorded before it is shown.
 *
 * <p>The files are forced to the disk every {@link #FORCED_EVERY_MILLIS} in which there is output,
 * and at the end: what a power cut can take is documented in {@code docs/recording-format.md}.
 */
final class FileTrack implements Recorder.Track {
  static final long FORCED_EVERY_MILLIS = 5_000;

  /** Keeps the buffers small whatever is brought at once. */
  private static final int SLICE = 32 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(FileTrack.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final GrowingBytes cleaned = new GrowingBytes();
  private final GrowingBytes events = new GrowingBytes();
  private final CastEncoder encoder = new CastEncoder();
  private final Redactor redactor;
  private final Target target;
  private final RecordingFile cast;
  private final SealWriter seal;
  private final InstantSource clock;
  private final long begunAt;
  private long elapsed;
  private long forcedAt;
  private boolean closed;
  private @Nullable Throwable failure;

  /** Where it goes, and who has to know when it is through. */
  interface Target {
    RecordingId id();

    RecordingFolder.Place place();

    /** Why something failed, without the server's paths. */
    String told(Throwable cause);

    /** Ends the files in order. */
    Sealing.Sealed finish(RecordingFile cast, SealWriter seal) throws IOException;

    /** Ends the files after a failure. */
    Sealing.Sealed complete() throws IOException;

    /** Closes the row. */
    void sealed(Sealing.Sealed sealed);

    /** It lives no more, sealed or not. */
    void gone();
  }

  FileTrack(
      Target target,
      RecordingFile cast,
      SealWriter seal,
      MaskedSecrets secrets,
      InstantSource clock,
      long begunAt) {
    this.target = target;
    this.cast = cast;
    this.seal = seal;
    this.redactor = new Redactor(secrets);
    this.clock = clock;
    this.begunAt = begunAt;
  }

  @Override
  public void output(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    lock.lock();
    try {
      requireGoing();
      for (int done = 0; done < length; done += SLICE) {
        cleaned.clear();
        events.clear();
        if (!redactor.pass(bytes, offset + done, Math.min(SLICE, length - done), cleaned)) {
          throw failed(new IOException("the secrets to be left out are forgotten already"));
        }
        encoder.output(elapsed(), cleaned.array(), 0, cleaned.size(), events);
        write();
      }
    } catch (IOException | RuntimeException e) {
      throw failed(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void resize(int columns, int rows) {
    lock.lock();
    try {
      requireGoing();
      events.clear();
      encoder.resize(elapsed(), columns, rows, events);
      write();
    } catch (IOException | RuntimeException e) {
      throw failed(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      target.sealed(failure == null ? finish() : target.complete());
    } catch (IOException | RuntimeException e) {
      throw failed(e);
    } finally {
      letGo();
      lock.unlock();
    }
  }

  /** Gives the files up unsealed; somebody else finishes them. */
  void abandon() {
    lock.lock();
    try {
      closed = true;
      letGo();
    } finally {
      lock.unlock();
    }
  }

  private Sealing.Sealed finish() throws IOException {
    cleaned.clear();
    events.clear();
    redactor.flush(cleaned);
    encoder.output(elapsed(), cleaned.array(), 0, cleaned.size(), events);
    encoder.finish(elapsed, events);
    write();
    return target.finish(cast, seal);
  }

  private void requireGoing() throws IOException {
    if (failure != null) {
      throw new PosternException(ErrorCode.RECORDING_FAILED, text(failure), failure);
    }
    if (closed) {
      throw new IOException("it is closed");
    }
  }

  /** Milliseconds since the beginning; stands still while the clock is behind. */
  private long elapsed() {
    elapsed = Math.max(elapsed, clock.millis() - begunAt);
    return elapsed;
  }

  private void write() throws IOException {
    if (events.size() == 0) {
      return;
    }
    cast.write(events.array(), 0, events.size());
    seal.add(events.array(), 0, events.size());
    if (elapsed - forcedAt >= FORCED_EVERY_MILLIS) {
      // The cast first: a seal that survives a power cut must not speak of bytes that did not.
      cast.force();
      seal.endChunk();
      seal.force();
      forcedAt = elapsed;
    }
  }

  private PosternException failed(Exception cause) {
    if (cause instanceof PosternException known && known.code() == ErrorCode.RECORDING_FAILED) {
      return known;
    }
    if (failure == null) {
      failure = cause;
      LOG.warn("recording failed recording={} file={}", target.id(), target.place().cast(), cause);
    }
    return new PosternException(ErrorCode.RECORDING_FAILED, text(cause), cause);
  }

  private String text(Throwable cause) {
    return "recording "
        + target.id()
        + " cannot go on: "
        + target.told(cause)
        + "; nothing more is shown. See to the disk and the store, then connect again";
  }

  private void letGo() {
    try (cast) {
      seal.close();
    } catch (IOException e) {
      // Whatever mattered was forced before, or failed where the caller learnt of it.
      LOG.debug("recording's files not closed recording={}", target.id(), e);
    } finally {
      target.gone();
    }
  }
}
