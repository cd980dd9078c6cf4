package io.postern.core.session;

import io.postern.Page;
import io.postern.PageRequest;
import io.postern.core.store.KeysetPage;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.session.Ask;
import io.postern.session.Session;
import io.postern.session.SessionDetail;
import io.postern.session.SessionId;
import io.postern.session.SessionQuery;
import io.postern.session.SessionStatus;
import io.postern.session.Sessions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** Sessions as one person sees them. */
final class PersonalSessions implements Sessions {
  private final PersonId id;
  private final SessionRoom room;

  PersonalSessions(PersonId id, SessionRoom room) {
    this.id = id;
    this.room = room;
  }

  @Override
  public Session start(JumpItemId item, UnaryOperator<Ask> ask) {
    return handle(room.starting().start(id, item, ask.apply(Ask.simple())));
  }

  @Override
  public Session find(SessionId session) {
    SessionHandle handle = handle(session);
    handle.requireReadable();
    return handle;
  }

  private SessionHandle handle(SessionId session) {
    return new SessionHandle(id, session, room);
  }

  @Override
  public Page<SessionDetail> list(SessionQuery query, PageRequest page) {
    Person person = room.people().require(id);
    KeysetPage<String> keyset = KeysetPage.byId(page, "the list of sessions");
    List<String> conditions = new ArrayList<>();
    List<Object> arguments = new ArrayList<>();
    if (!person.may(Privilege.ADMINISTER_SESSIONS)) {
      add(conditions, arguments, "owner = ?", person.id());
    }
    query.owner().ifPresent(owner -> add(conditions, arguments, "owner = ?", owner));
    query.item().ifPresent(item -> add(conditions, arguments, "item = ?", item));
    query.request().ifPresent(request -> add(conditions, arguments, "request = ?", request));
    query.from().ifPresent(from -> add(conditions, arguments, "created_at >= ?", from));
    query.until().ifPresent(until -> add(conditions, arguments, "created_at < ?", until));
    if (!query.statuses().isEmpty()) {
      int count = query.statuses().size();
      conditions.add("status in (" + String.join(", ", Collections.nCopies(count, "?")) + ")");
      for (SessionStatus status : query.statuses()) {
        arguments.add(status);
      }
    }
    keyset.after().ifPresent(after -> add(conditions, arguments, "id < ?", after));
    arguments.add(keyset.limit());
    String where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    List<SessionRow> rows =
        room.database()
            .read(
                tx ->
                    tx.list(
                        "select "
                            + SessionRow.COLUMNS
                            + " from session"
                            + where
                            + " order by id desc limit ?",
                        SessionRow::read,
                        arguments.toArray()));
    return keyset.cut(rows, row -> row.id().value(), SessionRow::detail);
  }

  private static void add(
      List<String> conditions, List<Object> arguments, String condition, Object argument) {
    conditions.add(condition);
    arguments.add(argument);
  }
}
