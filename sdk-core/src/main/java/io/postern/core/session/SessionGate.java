package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.jump.Judge;
import io.postern.core.jump.Judge.ToolRights;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.core.tool.Gate;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.SessionId;
import io.postern.session.Tool;
import io.postern.text.Text;
import java.time.InstantSource;

/** What the guard of a connection asks of its session. */
final class SessionGate implements Gate {
  private final SessionRow row;
  private final LiveSession live;
  private final Database database;
  private final SessionRows rows;
  private final People people;
  private final Judge judge;
  private final Journal journal;
  private final InstantSource clock;

  SessionGate(
      SessionRow row,
      LiveSession live,
      Database database,
      SessionRows rows,
      People people,
      Judge judge,
      Journal journal,
      InstantSource clock) {
    this.row = row;
    this.live = live;
    this.database = database;
    this.rows = rows;
    this.people = people;
    this.judge = judge;
    this.journal = journal;
    this.clock = clock;
  }

  @Override
  public SessionId session() {
    return row.id();
  }

  @Override
  public PersonId owner() {
    return row.owner();
  }

  @Override
  public void require(Tool tool) {
    live.requireOpen();
    Person person = people.require(row.owner());
    ToolRights rights =
        database.read(
            tx -> {
              SessionRows.requireConnectable(rows.require(tx, row.id()), clock.instant());
              ToolRights found = judge.tools(tx, person, row.item());
              if (found.allowed().contains(tool)) {
                requireAdmitted(tx, person);
              }
              return found;
            });
    if (!rights.allowed().contains(tool)) {
      throw notAllowed(tool, row.itemName());
    }
  }

  static PosternException notAllowed(Tool tool, String itemName) {
    return new PosternException(
        ErrorCode.TOOL_NOT_ALLOWED,
        "'"
            + Text.words(tool)
            + "' is not allowed on "
            + itemName
            + "; a session policy of the item, the person or the site must allow it");
  }

  /** The right to the item may have been taken away since the session began. */
  private void requireAdmitted(Tx tx, Person person) {
    try {
      judge.admit(tx, person, row.item());
    } catch (PosternException e) {
      // What a monitor says of the endpoint ends nothing that stands.
      if (e.code() != ErrorCode.JUMP_ITEM_OFFLINE) {
        throw e;
      }
    }
  }

  @Override
  public boolean recorded() {
    Person person = people.require(row.owner());
    return database.read(tx -> judge.tools(tx, person, row.item())).recorded();
  }

  @Override
  public void requireOpen() {
    live.requireOpen();
  }

  @Override
  public boolean awaitOpen() {
    return live.awaitOpen();
  }

  @Override
  public void recordingFailed(Throwable cause) {
    journal.write(
        Act.of("postern:recording", "recording.failed", row.subject())
            .because(cause instanceof PosternException e ? e.code().name() : cause.toString()));
  }
}
