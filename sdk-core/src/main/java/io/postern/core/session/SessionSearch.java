package io.postern.core.session;

import io.postern.core.jump.Judge;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.KeysetPage;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.session.SessionQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A page of the sessions that a person may see and a query wants, as one statement. */
final class SessionSearch {
  private final Person person;
  private final KeysetPage<String> page;
  private final List<String> wanted = new ArrayList<>();
  private final List<Object> wantedArguments = new ArrayList<>();
  private final List<Object> arguments = new ArrayList<>();

  private SessionSearch(Person person, KeysetPage<String> page) {
    this.person = person;
    this.page = page;
  }

  static SessionSearch of(Person person, SessionQuery query, KeysetPage<String> page) {
    SessionSearch search = new SessionSearch(person, page);
    query.owner().ifPresent(owner -> search.where("owner = ?", owner));
    query.item().ifPresent(item -> search.where("item = ?", item));
    query.request().ifPresent(request -> search.where("request = ?", request));
    query.from().ifPresent(from -> search.where("created_at >= ?", from));
    query.until().ifPresent(until -> search.where("created_at < ?", until));
    if (!query.statuses().isEmpty()) {
      search.wanted.add(
          "status in ("
              + String.join(", ", Collections.nCopies(query.statuses().size(), "?"))
              + ")");
      search.wantedArguments.addAll(query.statuses());
    }
    page.after().ifPresent(after -> search.where("id < ?", after));
    return search;
  }

  private void where(String condition, Object argument) {
    wanted.add(condition);
    wantedArguments.add(argument);
  }

  /** The statement; its {@link #arguments} are known once this was called. */
  String statement(Judge judge, Dialect dialect) {
    arguments.clear();
    String all = "select " + SessionRow.COLUMNS + " from session";
    if (person.may(Privilege.ADMINISTER_SESSIONS)) {
      return all + newest("", "id");
    }
    // Each of the two ways begins with an index of its own and gives one page at most: what others
    // do, among however many sessions, must not make a person's own list slow.
    String own = "select id from session" + newest("owner = ?", "id", person.id());
    List<Object> rights = new ArrayList<>();
    // Most people may read nobody's reports, which is seen before any session is looked at. And the
    // order is one that no index has: by that of the ids, whoever may read next to nothing would
    // have every session there is looked at.
    String readable = judge.itemsWithReports(person, dialect, rights::add);
    String again = judge.itemsWithReports(person, dialect, rights::add);
    String others =
        "select id from session"
            + newest(
                "exists (" + readable + ") and item in (" + again + ")",
                "id || ''",
                rights.toArray());
    arguments.add(page.limit());
    return all
        + " where id in (select id from ("
        + own
        + ") o union select id from ("
        + others
        + ") r) order by id desc limit ?";
  }

  private String newest(String visible, String order, Object... visibleArguments) {
    List<String> conditions = new ArrayList<>(wanted);
    if (!visible.isEmpty()) {
      conditions.add(0, visible);
    }
    arguments.addAll(List.of(visibleArguments));
    arguments.addAll(wantedArguments);
    arguments.add(page.limit());
    return (conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions))
        + " order by "
        + order
        + " desc limit ?";
  }

  Object[] arguments() {
    return arguments.toArray();
  }
}
