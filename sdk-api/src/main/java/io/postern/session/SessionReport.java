package io.postern.session;

import io.postern.recording.Recording;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What happened in a session (rule REC-7): as data and as a page.
 *
 * @param session the session as it stands
 * @param ownerName its owner's name
 * @param acts what was done, in order
 * @param recordings what was recorded
 * @param html the same as an HTML page that needs nothing else; all in it is escaped (rule REC-8)
 */
public record SessionReport(
    SessionDetail session,
    String ownerName,
    List<Act> acts,
    List<Recording> recordings,
    String html) {
  public SessionReport {
    acts = List.copyOf(acts);
    recordings = List.copyOf(recordings);
  }

  /**
   * One thing that was done.
   *
   * @param at when
   * @param who the person's id; "an approver" where the reader may not know who
   * @param what such as {@code tool.command}
   * @param why in words, or an empty text
   * @param details further facts by name
   */
  public record Act(Instant at, String who, String what, String why, Map<String, String> details) {
    public Act {
      details = Map.copyOf(details);
    }
  }
}
