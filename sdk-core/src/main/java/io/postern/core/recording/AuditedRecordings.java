package io.postern.core.recording;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.person.People;
import io.postern.core.recording.RecordingRows.Known;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.recording.Recording;
import io.postern.recording.RecordingCheck;
import io.postern.recording.RecordingId;
import io.postern.recording.Recordings;
import io.postern.session.SessionId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.List;
import java.util.Optional;

/**
 * Recordings for one person, whose right is looked up at each call. Without it there are none: the
 * list is empty, and an id is answered like one that was never given. Looks and refusals are
 * audited before anything is handed out.
 */
final class AuditedRecordings implements Recordings {
  private final PersonId viewer;
  private final RecordingRows rows;
  private final RecordingFolder folder;
  private final People people;
  private final Journal journal;

  AuditedRecordings(
      PersonId viewer, RecordingRows rows, RecordingFolder folder, People people, Journal journal) {
    this.viewer = viewer;
    this.rows = rows;
    this.folder = folder;
    this.people = people;
    this.journal = journal;
  }

  @Override
  public List<Recording> of(SessionId session) {
    if (!mayView("session:" + session)) {
      return List.of();
    }
    audit("recording.listed", "session:" + session);
    return rows.of(session);
  }

  @Override
  public InputStream cast(RecordingId id) {
    return open("recording.viewed", id, Playback::new);
  }

  @Override
  public InputStream transcript(RecordingId id) {
    // Made from the cast at each look: whatever somebody did to the file beside it, what is handed
    // out steers no terminal.
    return open("recording.transcript-read", id, Transcript::new);
  }

  @Override
  public RecordingCheck verify(RecordingId id) {
    Known known = look("recording.verified", id);
    try {
      SealCheck.Finding found =
          SealCheck.of(
              folder.existing(known.file()),
              id.value(),
              known
                  .recording()
                  .sealedAt()
                  .map(
                      at -> new SealCheck.StoredSeal(known.seal(), known.recording().sizeBytes())));
      if (found.isIntact()
          && known.recording().sealedAt().isEmpty()
          && rows.isOver(known.recording().session())) {
        return new RecordingCheck(
            false,
            found.bytes(),
            "not sealed: its session has ended and the recording was not finished, so nothing proves"
                + " where it ends; it is tried again by itself, see the log for why it fails");
      }
      return new RecordingCheck(found.isIntact(), found.bytes(), found.text());
    } catch (IOException e) {
      throw unreadable(id, e);
    }
  }

  /** Makes a rendering of a cast. */
  private interface Renderer {
    Rendering of(InputStream cast) throws IOException;
  }

  private InputStream open(String action, RecordingId id, Renderer renderer) {
    Known known = look(action, id);
    try {
      InputStream cast =
          Files.newInputStream(folder.existing(known.file()).cast(), LinkOption.NOFOLLOW_LINKS);
      try {
        return new RenderedStream(renderer.of(cast));
      } catch (IOException | RuntimeException e) {
        cast.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(id, e);
    }
  }

  private Known look(String action, RecordingId id) {
    if (mayView(RecordingRows.subject(id))) {
      Optional<Known> known = rows.find(id);
      if (known.isPresent()) {
        audit(action, RecordingRows.subject(id));
        return known.get();
      }
    }
    throw new PosternException(
        ErrorCode.RECORDING_NOT_FOUND,
        "there is no recording " + id + " that you may see; viewing needs a right of its own");
  }

  private boolean mayView(String subject) {
    boolean may =
        people.find(viewer).filter(person -> person.may(Privilege.VIEW_RECORDINGS)).isPresent();
    if (!may) {
      journal.write(
          Act.of(viewer.value(), "recording.refused", subject)
              .because("the person has no right to view recordings"));
    }
    return may;
  }

  private void audit(String action, String subject) {
    journal.write(Act.of(viewer.value(), action, subject));
  }

  private PosternException unreadable(RecordingId id, IOException cause) {
    return new PosternException(
        ErrorCode.RECORDING_FAILED,
        "recording " + id + " cannot be read: " + folder.told(cause) + "; check its seal",
        cause);
  }
}
