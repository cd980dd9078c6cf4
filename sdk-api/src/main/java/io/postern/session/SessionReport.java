package io.postern.session;

import io.postern.recording.Recording;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What happened in a session (rule REC-7): as data and as a page.
 *
 * @param session the session as it stands
 * @param ownerName its owner's name
 * @param acts what was done, in order; of a session in which very much was done the first 5,000 and
 *     the last 5,000
 * @param actsLeftOut how many were done between those and are not in {@code acts}; the audit trail
 *     has them all
 * @param toolsUsed which tools were used, whatever came of it; of all acts, also those left out
 * @param filesMoved which files were copied whole, in order; of the acts that are here
 * @param recordings what was recorded; nothing for a reader without {@link
 *     io.postern.person.Privilege#VIEW_RECORDINGS}
 * @param recordingCount how many recordings there are, whoever reads
 * @param html the same as an HTML page that needs nothing else; all in it is escaped (rule REC-8)
 */
public record SessionReport(
    SessionDetail session,
    String ownerName,
    List<Act> acts,
    long actsLeftOut,
    Set<Tool> toolsUsed,
    List<MovedFile> filesMoved,
    List<Recording> recordings,
    int recordingCount,
    String html) {
  public SessionReport {
    acts = List.copyOf(acts);
    toolsUsed = Collections.unmodifiableSet(inOrder(toolsUsed));
    filesMoved = List.copyOf(filesMoved);
    recordings = List.copyOf(recordings);
  }

  /** In the order of the list of tools, so that two reports of one thing are the same text. */
  private static Set<Tool> inOrder(Set<Tool> tools) {
    Set<Tool> sorted = EnumSet.noneOf(Tool.class);
    sorted.addAll(tools);
    return sorted;
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

  /**
   * A file that was copied whole.
   *
   * @param at when it was there
   * @param who the person's id
   * @param way {@link Tool#UPLOAD} or {@link Tool#DOWNLOAD}
   * @param remote its path on the endpoint
   * @param local its path on this side
   * @param bytes its size
   * @param sha256 its digest in hexadecimal
   */
  public record MovedFile(
      Instant at, String who, Tool way, String remote, String local, long bytes, String sha256) {}
}
