package io.postern.core.notice;

import io.postern.Page;
import io.postern.PageRequest;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.core.store.KeysetPage;
import io.postern.core.store.Row;
import io.postern.notice.Inbox;
import io.postern.notice.Notice;
import io.postern.notice.NoticeId;
import io.postern.person.PersonId;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/** One person's notices. Every statement names the person, so nobody meets another's. */
final class JdbcInbox implements Inbox {
  /** Makes inboxes. */
  static final class Factory implements Inboxes {
    private final Database database;
    private final People people;

    @Inject
    Factory(Database database, People people) {
      this.database = database;
      this.people = people;
    }

    @Override
    public Inbox of(PersonId person) {
      return new JdbcInbox(database, people, person);
    }
  }

  private final Database database;
  private final People people;
  private final PersonId person;

  private JdbcInbox(Database database, People people, PersonId person) {
    this.database = database;
    this.people = people;
    this.person = person;
  }

  @Override
  public Page<Notice> list(PageRequest page) {
    return page("", page);
  }

  @Override
  public Page<Notice> unread(PageRequest page) {
    return page(" and seen = 0", page);
  }

  @Override
  public void markRead(NoticeId id) {
    people.require(person);
    database.changeAtOnce(
        tx -> tx.run("update notice set seen = 1 where id = ? and person = ?", id, person));
  }

  private Page<Notice> page(String condition, PageRequest page) {
    KeysetPage<String> keyset = KeysetPage.byId(page, "the inbox");
    // At each call, for an inbox may be kept longer than its person may act.
    people.require(person);
    List<Object> arguments = new ArrayList<>(List.of(person));
    keyset.after().ifPresent(arguments::add);
    arguments.add(keyset.limit());
    List<Notice> found =
        database.read(
            tx ->
                tx.list(
                    "select id, kind, about, subject, body, at, seen from notice where person = ?"
                        + (keyset.after().isPresent() ? " and id < ?" : "")
                        + condition
                        + " order by id desc limit ?",
                    JdbcInbox::notice,
                    arguments.toArray()));
    return keyset.cut(found, notice -> notice.id().value(), notice -> notice);
  }

  private static Notice notice(Row row) {
    return new Notice(
        NoticeId.of(row.text("id")),
        Notice.Kind.valueOf(row.text("kind")),
        row.text("about"),
        row.text("subject"),
        row.text("body"),
        row.instant("at"),
        row.flag("seen"));
  }
}
