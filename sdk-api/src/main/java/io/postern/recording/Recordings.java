package io.postern.recording;

import io.postern.session.SessionId;
import java.io.InputStream;
import java.util.List;

/**
 * Recordings of shells and commands. Needs {@link io.postern.person.Privilege#VIEW_RECORDINGS},
 * which owning a session does not imply; without it every recording does not exist here, and the
 * report of a session says how many there are and no more. Each look is audited before anything is
 * handed out (rule REC-6).
 *
 * <p>Safe for use by several threads; blocks for reading the store and files.
 */
public interface Recordings {
  /**
   * What was recorded in a session, in order; nothing for who may not see it, or when there is no
   * such session. Throws no code of its own.
   */
  List<Recording> of(SessionId session);

  /**
   * The recording as asciicast v2, which any ordinary player plays. The caller closes the stream.
   *
   * @throws io.postern.PosternException RECORDING_NOT_FOUND when there is none or the person may
   *     not see it, RECORDING_FAILED when its file cannot be read
   * @see "asciicast v2, docs.asciinema.org/manual/asciicast/v2"
   */
  InputStream cast(RecordingId id);

  /**
   * The recording as plain text without terminal control sequences. The caller closes the stream.
   *
   * @throws io.postern.PosternException as {@link #cast}
   */
  InputStream transcript(RecordingId id);

  /**
   * Recomputes the seal: finds a byte that was changed, cut, added or moved, and says where (rule
   * REC-4). Blocks for reading the whole recording.
   *
   * @throws io.postern.PosternException RECORDING_NOT_FOUND when there is none or the person may
   *     not see it, RECORDING_FAILED when its files cannot be read; that they are damaged or gone
   *     is a finding and no exception
   */
  RecordingCheck verify(RecordingId id);
}
