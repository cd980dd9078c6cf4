package io.postern.core.session;

import io.postern.Page;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.core.store.KeysetPage;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.Ask;
import io.postern.session.Session;
import io.postern.session.SessionDetail;
import io.postern.session.SessionId;
import io.postern.session.SessionQuery;
import io.postern.session.Sessions;
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
    try {
      handle.rights().requireReadable();
    } catch (PosternException e) {
      // Who may end it must be able to while the store is away.
      handle.rights().requireMayEndHere(e);
    }
    return handle;
  }

  private SessionHandle handle(SessionId session) {
    return new SessionHandle(id, session, room);
  }

  @Override
  public Page<SessionDetail> list(SessionQuery query, PageRequest page) {
    Person person = room.people().require(id);
    KeysetPage<String> keyset = KeysetPage.byId(page, "the list of sessions");
    SessionSearch search = SessionSearch.of(person, query, keyset);
    List<SessionRow> rows =
        room.database()
            .readAtOnce(
                tx ->
                    tx.list(
                        search.statement(room.judge(), tx.dialect()),
                        SessionRow::read,
                        search.arguments()));
    return keyset.cut(rows, row -> row.id().value(), SessionRow::detail);
  }
}
