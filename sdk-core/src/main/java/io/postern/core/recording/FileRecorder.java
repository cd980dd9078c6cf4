package io.postern.core.recording;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import io.postern.credential.Credential;
import io.postern.recording.Recording;
import io.postern.recording.RecordingId;
import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records into files, and into a row for each. Safe for use by several threads. */
final class FileRecorder implements Recorder {
  private static final Logger LOG = LoggerFactory.getLogger(FileRecorder.class);

  private final RecordingFolder folder;
  private final RecordingFiles files;
  private final RecordingRows rows;
  private final Sealing sealing;
  private final Ids ids;
  private final InstantSource clock;
  private final Map<RecordingId, LiveTarget> live = new ConcurrentHashMap<>();
  private final ReentrantLock completing = new ReentrantLock();

  @Inject
  FileRecorder(
      RecordingFolder folder,
      RecordingFiles files,
      RecordingRows rows,
      Sealing sealing,
      Ids ids,
      InstantSource clock) {
    this.folder = folder;
    this.files = files;
    this.rows = rows;
    this.sealing = sealing;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public Track begin(
      SessionId session, String name, int columns, int rowCount, Redactions redactions) {
    if (!(redactions instanceof MaskedSecrets secrets)) {
      throw new IllegalArgumentException("redactions must come from this recorder");
    }
    RecordingId id = RecordingId.of(ids.next());
    Instant now = clock.instant();
    String shown = RecordingName.of(name, secrets);
    CastHeader header = new CastHeader(columns, rowCount, now.getEpochSecond(), shown);
    LiveTarget target = null;
    try {
      target =
          folder.claim(session, shown, place -> open(id, session, place, header, secrets, now));
      // Before the row is there, so that sealAll never takes it for one of a dead process.
      live.put(id, target);
      rows.begun(id, session, shown, target.place.name(), now);
      return target.track();
    } catch (IOException | RuntimeException e) {
      if (target != null) {
        // The files stay: the row may be there, if only the answer to its commit was lost.
        target.track().abandon();
      }
      LOG.warn("recording cannot begin recording={} session={}", id, session, e);
      throw new PosternException(
          ErrorCode.RECORDING_FAILED,
          "recording '"
              + shown
              + "' of session "
              + session
              + " cannot begin: "
              + folder.told(e)
              + "; see to the disk and the store, then try again",
          e);
    }
  }

  private LiveTarget open(
      RecordingId id,
      SessionId session,
      RecordingFolder.Place place,
      CastHeader header,
      MaskedSecrets secrets,
      Instant now)
      throws IOException {
    RecordingFile cast = files.create(place.cast());
    try {
      RecordingFile sealFile = files.create(place.seal());
      try {
        SealWriter seal = SealWriter.begin(sealFile, id.value());
        byte[] first = header.bytes();
        cast.write(first, 0, first.length);
        seal.add(first, 0, first.length);
        LiveTarget target = new LiveTarget(id, session, place);
        target.track = new FileTrack(target, cast, seal, secrets, clock, now.toEpochMilli());
        return target;
      } catch (IOException | RuntimeException e) {
        sealFile.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      cast.close();
      throw e;
    }
  }

  @Override
  public Redactions redactionsOf(Credential credential) {
    return MaskedSecrets.of(credential.secrets());
  }

  @Override
  public List<Recording> of(Tx tx, SessionId session) {
    return RecordingRows.of(tx, session);
  }

  @Override
  public void sealAll(SessionId session) {
    List<String> faults = new ArrayList<>();
    for (LiveTarget target : live.values()) {
      if (target.session.equals(session)) {
        attempt(faults, target.id, target.track()::close);
      }
    }
    completing.lock();
    try {
      for (RecordingRows.Known known : rows.open(session)) {
        attempt(faults, known.recording().id(), () -> complete(known));
      }
    } finally {
      completing.unlock();
    }
    if (!faults.isEmpty()) {
      throw new PosternException(
          ErrorCode.RECORDING_FAILED,
          "recordings of session "
              + session
              + " cannot be sealed; the others are; see to the disk and the store, then try again",
          faults);
    }
  }

  private void complete(RecordingRows.Known known) throws IOException {
    Recording recording = known.recording();
    rows.sealed(
        recording.id(),
        recording.session(),
        sealing.complete(folder.existing(known.file()), recording.id().value()));
  }

  private interface Attempt {
    void make() throws IOException;
  }

  /** One that cannot be sealed must not keep the others from it. */
  private void attempt(List<String> faults, RecordingId id, Attempt attempt) {
    try {
      attempt.make();
    } catch (IOException | RuntimeException e) {
      faults.add("recording " + id + ": " + folder.told(e));
    }
  }

  /** A recording of this process. */
  private final class LiveTarget implements FileTrack.Target {
    private final RecordingId id;
    private final SessionId session;
    private final RecordingFolder.Place place;
    private @Nullable FileTrack track;

    LiveTarget(RecordingId id, SessionId session, RecordingFolder.Place place) {
      this.id = id;
      this.session = session;
      this.place = place;
    }

    FileTrack track() {
      return Objects.requireNonNull(track, "track");
    }

    @Override
    public RecordingId id() {
      return id;
    }

    @Override
    public RecordingFolder.Place place() {
      return place;
    }

    @Override
    public String told(Throwable cause) {
      return folder.told(cause);
    }

    @Override
    public Sealing.Sealed finish(RecordingFile cast, SealWriter seal) throws IOException {
      return sealing.finish(place, cast, seal);
    }

    @Override
    public Sealing.Sealed complete() throws IOException {
      return sealing.complete(place, id.value());
    }

    @Override
    public void sealed(Sealing.Sealed sealed) {
      rows.sealed(id, session, sealed);
    }

    @Override
    public void gone() {
      live.remove(id);
    }
  }
}
