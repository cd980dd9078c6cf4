package io.postern.core.recording;

import io.postern.person.PersonId;
import io.postern.recording.Recordings;

/** Recordings as one person may see them. */
public interface RecordingAccess {
  /** The recordings in the eyes of {@code viewer}, whose right is looked up at each call. */
  Recordings recordings(PersonId viewer);
}
