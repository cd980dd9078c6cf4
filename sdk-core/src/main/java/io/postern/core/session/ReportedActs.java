package io.postern.core.session;

import io.postern.audit.AuditEntry;
import io.postern.session.SessionReport.Act;
import io.postern.session.SessionReport.MovedFile;
import io.postern.session.Tool;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What was done in a session, as it is collected from the audit trail. Used by one thread. */
final class ReportedActs {
  /**
   * So many from each end of what was done to one thing; whoever reads a report holds all of it in
   * memory. How a session began and how it ended is never what is left out.
   */
  static final int AT_EACH_END = 5_000;

  /** The acts that say that a tool was used, whatever became of it. */
  private static final Map<String, Tool> USES =
      Map.of(
          "tool.shell-opened", Tool.SHELL,
          "tool.command-started", Tool.COMMANDS,
          "tool.list", Tool.LIST_FILES,
          "tool.upload-started", Tool.UPLOAD,
          "tool.download-started", Tool.DOWNLOAD,
          "session.injected", Tool.INJECTION);

  private static final Map<String, Tool> MOVES =
      Map.of("tool.upload", Tool.UPLOAD, "tool.download", Tool.DOWNLOAD);

  private final List<Act> acts = new ArrayList<>();
  private final Set<Tool> tools = EnumSet.noneOf(Tool.class);
  private long leftOut;

  /**
   * Takes in all that was done to one thing.
   *
   * @param shown an act as the reader may see it
   */
  void add(UnaryOperator<Act> shown, Consumer<Consumer<AuditEntry>> entries) {
    int before = acts.size();
    Deque<Act> last = new ArrayDeque<>();
    entries.accept(
        entry -> {
          Tool used = USES.get(entry.action());
          if (used != null) {
            tools.add(used);
          }
          Act act = shown.apply(act(entry));
          if (acts.size() - before < AT_EACH_END) {
            acts.add(act);
            return;
          }
          last.add(act);
          if (last.size() > AT_EACH_END) {
            last.remove();
            leftOut++;
          }
        });
    acts.addAll(last);
  }

  private static Act act(AuditEntry entry) {
    Map<String, String> details = new TreeMap<>(entry.details());
    if (!entry.from().equals(entry.to())) {
      details.put("from", entry.from());
      details.put("to", entry.to());
    }
    return new Act(entry.at(), entry.actor(), entry.action(), entry.why(), details);
  }

  /** In the order in which it was done. */
  List<Act> inOrder() {
    return acts.stream().sorted(Comparator.comparing(Act::at)).toList();
  }

  long leftOut() {
    return leftOut;
  }

  Set<Tool> tools() {
    return tools;
  }

  /** The transfers among the acts that were carried to their end. */
  static List<MovedFile> moved(List<Act> acts) {
    return acts.stream().map(ReportedActs::moved).flatMap(Optional::stream).toList();
  }

  private static Optional<MovedFile> moved(Act act) {
    Tool way = MOVES.get(act.what());
    String bytes = act.details().getOrDefault("bytes", "");
    // One that failed has no size. The trail is checked elsewhere; here it must not break a report.
    if (way == null || !bytes.matches("[0-9]{1,18}")) {
      return Optional.empty();
    }
    return Optional.of(
        new MovedFile(
            act.at(),
            act.who(),
            way,
            act.details().getOrDefault("remote", ""),
            act.details().getOrDefault("local", ""),
            Long.parseLong(bytes),
            act.details().getOrDefault("sha256", "")));
  }
}
