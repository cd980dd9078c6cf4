package io.postern.core.session;

import io.postern.core.approval.Requests;
import io.postern.core.audit.AuditReader;
import io.postern.core.credential.Lending;
import io.postern.core.person.People;
import io.postern.core.recording.Recorder;
import io.postern.core.recording.ReportPage;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.credential.LeaseId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.recording.Recording;
import io.postern.session.SessionReport;
import io.postern.session.SessionReport.Act;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts together what happened in a session (rule REC-7). */
final class SessionReports {
  private final Database database;
  private final AuditReader audit;
  private final Requests requests;
  private final Lending lending;
  private final Recorder recorder;
  private final ReportPage page;
  private final People people;

  @Inject
  SessionReports(
      Database database,
      AuditReader audit,
      Requests requests,
      Lending lending,
      Recorder recorder,
      ReportPage page,
      People people) {
    this.database = database;
    this.audit = audit;
    this.requests = requests;
    this.lending = lending;
    this.recorder = recorder;
    this.page = page;
    this.people = people;
  }

  /** What the store has; made anew should the reading be repeated. */
  private record Found(ReportedActs acts, List<Recording> recordings) {}

  SessionReport of(SessionRow row, PersonId reader) {
    Found found = database.read(tx -> find(tx, row, reader));
    String owner = people.find(row.owner()).map(Person::name).orElse(row.owner().value());
    boolean mayView =
        people.find(reader).filter(person -> person.may(Privilege.VIEW_RECORDINGS)).isPresent();
    return report(row, owner, found, mayView, page.render(report(row, owner, found, mayView, "")));
  }

  private Found find(Tx tx, SessionRow row, PersonId reader) {
    UnaryOperator<Act> ofRequest =
        reader.equals(row.owner()) ? withoutDeciders(tx, row) : act -> act;
    ReportedActs acts = new ReportedActs();
    acts.add(act -> act, to -> audit.about(tx, row.subject(), reader, to));
    row.request()
        .ifPresent(
            request ->
                acts.add(ofRequest, to -> audit.about(tx, "request:" + request, reader, to)));
    for (LeaseId lease : lending.of(tx, row.id())) {
      acts.add(act -> act, to -> audit.about(tx, "lease:" + lease, reader, to));
    }
    return new Found(acts, recorder.of(tx, row.id()));
  }

  private static SessionReport report(
      SessionRow row, String owner, Found found, boolean withRecordings, String html) {
    List<Act> inOrder = found.acts().inOrder();
    return new SessionReport(
        row.detail(),
        owner,
        inOrder,
        found.acts().leftOut(),
        found.acts().tools(),
        ReportedActs.moved(inOrder),
        withRecordings ? found.recordings() : List.of(),
        found.recordings().size(),
        html);
  }

  /**
   * An owner who came in by an approval that somebody else had asked for sees no decider either
   * (rule REQ-7).
   */
  private UnaryOperator<Act> withoutDeciders(Tx tx, SessionRow row) {
    Set<String> shown =
        Stream.concat(
                Stream.of(row.owner()),
                row.request().map(request -> requests.requester(tx, request)).stream())
            .map(PersonId::value)
            .collect(Collectors.toSet());
    return act ->
        shown.contains(act.who()) || act.who().startsWith("postern:")
            ? act
            : new Act(
                act.at(), AuditReader.anonymous(act.what()), act.what(), act.why(), act.details());
  }
}
