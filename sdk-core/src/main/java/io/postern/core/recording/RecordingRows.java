package io.postern.core.recording;

import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.Database;
import io.postern.core.store.Row;
import io.postern.core.store.Tx;
import io.postern.recording.Recording;
import io.postern.recording.RecordingId;
import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What the store knows of recordings. */
final class RecordingRows {
  private static final String ACTOR = "postern:recorder";
  private static final String COLUMNS =
      "id, session, name, file, begun_at, sealed_at, size_bytes, seal";

  private final Database database;
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  RecordingRows(Database database, Journal journal, InstantSource clock) {
    this.database = database;
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * One row.
   *
   * @param file the cast, inside the directory
   * @param seal the last hash of the seal; empty while it goes on
   */
  record Known(Recording recording, String file, String seal) {
    private static Known read(Row row) {
      return new Known(
          new Recording(
              RecordingId.of(row.text("id")),
              SessionId.of(row.text("session")),
              row.text("name"),
              row.instant("begun_at"),
              row.optionalInstant("sealed_at"),
              row.number("size_bytes")),
          row.text("file"),
          row.text("seal"));
    }
  }

  void begun(RecordingId id, SessionId session, String name, String file, Instant at) {
    database.change(
        tx -> {
          tx.run(
              "insert into recording (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, 0, '')",
              id,
              session,
              name,
              file,
              at,
              Optional.empty());
          journal.write(
              tx,
              Act.of(ACTOR, "recording.begun", subject(id))
                  .with("session", session)
                  .with("name", name));
          return true;
        });
  }

  /** Closes the row; when somebody did already, this is nothing. */
  void sealed(RecordingId id, SessionId session, Sealing.Sealed sealed) {
    database.change(
        tx -> {
          int rows =
              tx.run(
                  "update recording set sealed_at = ?, size_bytes = ?, seal = ?"
                      + " where id = ? and sealed_at is null",
                  clock.instant(),
                  sealed.size(),
                  sealed.hash(),
                  id);
          if (rows == 1) {
            journal.write(
                tx,
                Act.of(ACTOR, "recording.sealed", subject(id))
                    .with("session", session)
                    .with("bytes", sealed.size())
                    .with("seal", sealed.hash()));
          }
          return rows;
        });
  }

  /** In the order in which they began. */
  static List<Recording> of(Tx tx, SessionId session) {
    return tx.list(
        "select " + COLUMNS + " from recording where session = ? order by begun_at, file",
        row -> Known.read(row).recording(),
        session);
  }

  List<Recording> of(SessionId session) {
    return database.read(tx -> of(tx, session));
  }

  List<Known> open(SessionId session) {
    return database.read(
        tx ->
            tx.list(
                "select "
                    + COLUMNS
                    + " from recording where session = ? and sealed_at is null order by id",
                Known::read,
                session));
  }

  /** Whether a session has ended, so that its recordings ought to be sealed. */
  boolean isOver(SessionId session) {
    return database
        .read(
            tx ->
                tx.first(
                    "select 1 as ended from session where id = ? and status = 'ENDED'",
                    row -> true,
                    session))
        .isPresent();
  }

  Optional<Known> find(RecordingId id) {
    return database.read(
        tx -> tx.first("select " + COLUMNS + " from recording where id = ?", Known::read, id));
  }

  static String subject(RecordingId id) {
    return "recording:" + id;
  }
}
