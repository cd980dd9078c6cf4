package io.postern.proofs.kill;

import io.postern.Access;
import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.approval.AccessRequest;
import io.postern.approval.Approvals;
import io.postern.approval.RequestId;
import io.postern.approval.RequestStatus;
import io.postern.audit.AuditEntry;
import io.postern.audit.AuditQuery;
import io.postern.recording.Recording;
import io.postern.recording.Recordings;
import io.postern.session.EndReason;
import io.postern.session.SessionDetail;
import io.postern.session.SessionId;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares what a process said with what Postern knows of it. Used for one reading. */
final class Acknowledged {
  private final Access admin;
  private final Approvals approvals;
  private final Tables tables;
  private final Map<String, List<AuditEntry>> entries = new HashMap<>();
  private final Map<SessionId, String> transcripts = new HashMap<>();

  Acknowledged(Postern postern, Tables tables) {
    admin = postern.as("adam");
    approvals = postern.as("noor").approvals();
    this.tables = tables;
  }

  /** The steps that are not there, or not as they were acknowledged. */
  List<String> lost(List<String> said) {
    List<String> lost = new ArrayList<>();
    Set<String> checkedIn = new HashSet<>();
    said.stream().filter(line -> line.startsWith("checked-in ")).forEach(checkedIn::add);
    for (String line : said) {
      try {
        if (!holds(line.split(" "), checkedIn)) {
          lost.add(line);
        }
      } catch (PosternException e) {
        lost.add(line + ": " + e.getMessage());
      }
    }
    return lost;
  }

  private boolean holds(String[] step, Set<String> checkedIn) {
    return switch (step[0]) {
      case "checked-out" ->
          audited("lease:" + step[1], "credential.checked-out")
              && checkOut(step[1], checkedIn.contains("checked-in " + step[1]));
      case "checked-in" -> audited("lease:" + step[1], "lease.ended");
      case "asked" ->
          audited(session(step), "session.asked")
              && (step.length == 2 || audited("request:" + step[2], "request.asked"));
      case "approved" -> decided(step, Set.of(RequestStatus.APPROVED, RequestStatus.REVOKED), true);
      case "denied" ->
          decided(step, Set.of(RequestStatus.DENIED), false) && ended(step, EndReason.DENIED);
      case "revoked" ->
          audited("request:" + step[2], "request.cancelled")
              && request(step).status() == RequestStatus.REVOKED;
      case "cancelled" ->
          audited("request:" + step[2], "request.cancelled")
              && request(step).status() == RequestStatus.CANCELLED
              && ended(step, EndReason.CANCELLED);
      case "available" ->
          audited(session(step), "session.available")
              && detail(step).status().compareTo(SessionStatus.AVAILABLE) >= 0;
      case "connected" ->
          audited(session(step), "session.connected")
              && detail(step).status().compareTo(SessionStatus.ACTIVE) >= 0
              && !tables.list("select id from lease where session = ?", step[1]).isEmpty();
      case "ran" -> inAudit(step, "tool.command", "echo " + step[2]) && recorded(step);
      case "shown" -> audited(session(step), "tool.shell-opened") && recorded(step);
      case "extended" -> inAudit(step, "session.extended", step[2]);
      case "frozen" -> audited(session(step), "session.frozen");
      case "unfrozen" -> audited(session(step), "session.unfrozen");
      case "released" -> ended(step, EndReason.RELEASED);
      case "ended" ->
          ended(step, EndReason.ENDED_BY_OWNER) && audited(session(step), "session.settled");
      default -> false;
    };
  }

  private static String session(String[] step) {
    return "session:" + step[1];
  }

  private SessionDetail detail(String[] step) {
    return admin.sessions().find(SessionId.of(step[1])).detail();
  }

  private AccessRequest request(String[] step) {
    return approvals.find(RequestId.of(step[2]));
  }

  private boolean decided(String[] step, Set<RequestStatus> statuses, boolean approved) {
    RequestId id = RequestId.of(step[2]);
    return statuses.contains(request(step).status())
        && audited("request:" + step[2], approved ? "request.approved" : "request.denied")
        && approvals.decisions(id).size() == 1
        && approvals.decisions(id).get(0).approved() == approved;
  }

  private boolean ended(String[] step, EndReason reason) {
    return detail(step).state() instanceof SessionState.Ended end
        && end.reason() == reason
        && audited(session(step), "session.ended");
  }

  private boolean checkOut(String lease, boolean checkedIn) {
    String state = tables.list("select state from lease where id = ?", lease).get(0);
    return checkedIn || state.equals("HELD") || state.equals("RETURNING") || isOver(state);
  }

  private static boolean isOver(String state) {
    return state.equals("RETURNED") || state.equals("ROTATED");
  }

  private boolean audited(String subject, String action) {
    return about(subject).stream().anyMatch(entry -> entry.action().equals(action));
  }

  private boolean inAudit(String[] step, String action, String detail) {
    return about(session(step)).stream()
        .filter(entry -> entry.action().equals(action))
        .anyMatch(entry -> entry.details().containsValue(detail));
  }

  private List<AuditEntry> about(String subject) {
    return entries.computeIfAbsent(
        subject,
        key ->
            admin
                .audit()
                .list(AuditQuery.all().about(key), new PageRequest(100, Optional.empty()))
                .rows());
  }

  /** What was shown had been recorded before. */
  private boolean recorded(String[] step) {
    return transcripts.computeIfAbsent(SessionId.of(step[1]), this::transcript).contains(step[2]);
  }

  private String transcript(SessionId session) {
    StringBuilder text = new StringBuilder();
    Recordings recordings = admin.recordings();
    for (Recording recording : recordings.of(session)) {
      try (InputStream in = recordings.transcript(recording.id())) {
        text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return text.toString();
  }
}
