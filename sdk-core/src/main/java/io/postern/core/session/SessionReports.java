package io.postern.core.session;

import io.postern.audit.AuditEntry;
import io.postern.core.audit.AuditReader;
import io.postern.core.credential.Lending;
import io.postern.core.person.People;
import io.postern.core.recording.Recorder;
import io.postern.core.recording.ReportPage;
import io.postern.core.store.Database;
import io.postern.credential.LeaseId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.recording.Recording;
import io.postern.session.SessionReport;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts together what happened in a session (rule REC-7). */
final class SessionReports {
  private final Database database;
  private final AuditReader audit;
  private final Lending lending;
  private final Recorder recorder;
  private final ReportPage page;
  private final People people;

  @Inject
  SessionReports(
      Database database,
      AuditReader audit,
      Lending lending,
      Recorder recorder,
      ReportPage page,
      People people) {
    this.database = database;
    this.audit = audit;
    this.lending = lending;
    this.recorder = recorder;
    this.page = page;
    this.people = people;
  }

  SessionReport of(SessionRow row, PersonId reader) {
    List<SessionReport.Act> acts = new ArrayList<>();
    List<Recording> recordings =
        database.read(
            tx -> {
              audit.about(tx, row.subject(), reader).forEach(entry -> acts.add(act(entry)));
              row.request()
                  .ifPresent(
                      request ->
                          audit
                              .about(tx, "request:" + request, reader)
                              .forEach(
                                  entry ->
                                      acts.add(
                                          reader.equals(row.owner())
                                              ? withoutDecider(act(entry), reader)
                                              : act(entry))));
              for (LeaseId lease : lending.of(tx, row.id())) {
                audit.about(tx, "lease:" + lease, reader).forEach(entry -> acts.add(act(entry)));
              }
              return recorder.of(tx, row.id());
            });
    acts.sort(Comparator.comparing(SessionReport.Act::at));
    String owner = people.find(row.owner()).map(Person::name).orElse(row.owner().value());
    return new SessionReport(
        row.detail(), owner, acts, recordings, page.render(row.detail(), owner, acts, recordings));
  }

  /**
   * An owner who came in by an approval that somebody else had asked for sees no decider either
   * (rule REQ-7).
   */
  private static SessionReport.Act withoutDecider(SessionReport.Act act, PersonId reader) {
    boolean shown =
        act.what().equals("request.asked")
            || act.who().startsWith("postern:")
            || act.who().equals(reader.value());
    return shown
        ? act
        : new SessionReport.Act(act.at(), "an approver", act.what(), act.why(), act.details());
  }

  private static SessionReport.Act act(AuditEntry entry) {
    Map<String, String> details = new TreeMap<>(entry.details());
    if (!entry.from().equals(entry.to())) {
      details.put("from", entry.from());
      details.put("to", entry.to());
    }
    return new SessionReport.Act(entry.at(), entry.actor(), entry.action(), entry.why(), details);
  }
}
