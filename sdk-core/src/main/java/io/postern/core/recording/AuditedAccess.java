package io.postern.core.recording;

import static java.util.Objects.requireNonNull;

import io.postern.core.audit.Journal;
import io.postern.core.person.People;
import io.postern.person.PersonId;
import io.postern.recording.Recordings;
import jakarta.inject.Inject;

/** Gives each person their view. */
final class AuditedAccess implements RecordingAccess {
  private final RecordingRows rows;
  private final RecordingFolder folder;
  private final People people;
  private final Journal journal;

  @Inject
  AuditedAccess(RecordingRows rows, RecordingFolder folder, People people, Journal journal) {
    this.rows = rows;
    this.folder = folder;
    this.people = people;
    this.journal = journal;
  }

  @Override
  public Recordings recordings(PersonId viewer) {
    return new AuditedRecordings(requireNonNull(viewer, "viewer"), rows, folder, people, journal);
  }
}
