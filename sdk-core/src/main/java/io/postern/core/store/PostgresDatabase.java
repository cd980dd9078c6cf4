package io.postern.core.store;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** A store in PostgreSQL. */
final class PostgresDatabase implements Database {
  /** What a change answered, and what is to be done once it is committed. */
  private record Changed<T>(T answer, List<Runnable> actions) {
    T andThen() {
      AfterCommit.run(actions);
      return answer;
    }
  }

  /** One try of some work. */
  private interface Attempt<T> {
    T run() throws SQLException;
  }

  private static final int MOST_TRIES = 10;

  private final Arguments arguments = new Arguments();
  private final Faults faults = new PostgresFaults(false);
  private final Faults committing = new PostgresFaults(true);
  private final PostgresConnections connections;
  private final boolean readsCommitted;
  private volatile boolean closed;

  /**
   * @param readsCommitted whether READ COMMITTED is the database's default, which saves saying it
   */
  PostgresDatabase(PostgresConnections connections, boolean readsCommitted) {
    this.connections = connections;
    this.readsCommitted = readsCommitted;
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
    return repeated(() -> connections.inTransaction(connection -> read(connection, work)));
  }

  @Override
  public <T> T readAtOnce(Function<Tx, T> work) {
    return repeated(
        () ->
            connections.withoutTransaction(
                connection ->
                    apply(JdbcTx.ofOne(Statements.uncached(connection), faults, arguments), work)));
  }

  @Override
  public <T> T change(Function<Tx, T> work) {
    return repeated(() -> connections.inTransaction(connection -> change(connection, work)))
        .andThen();
  }

  @Override
  public <T> T changeAtOnce(Function<Tx, T> work) {
    return repeated(
            () -> connections.withoutTransaction(connection -> changeAtOnce(connection, work)))
        .andThen();
  }

  @Override
  public Dialect dialect() {
    return Dialect.POSTGRESQL;
  }

  /** Running work finishes on the connection it has; the data source is the host's. */
  @Override
  public void close() {
    closed = true;
  }

  private <T> T read(Connection connection, Function<Tx, T> work) throws SQLException {
    say(connection, "set transaction isolation level repeatable read, read only");
    return apply(JdbcTx.ofMany(Statements.uncached(connection), faults, arguments), work);
  }

  private <T> Changed<T> change(Connection connection, Function<Tx, T> work) throws SQLException {
    if (!readsCommitted) {
      say(connection, "set transaction isolation level read committed");
    }
    JdbcTx tx = JdbcTx.ofMany(Statements.uncached(connection), faults, arguments);
    T answer = apply(tx, work);
    if (tx.broken().isPresent()) {
      // The work made light of a failed statement; a commit would answer "done" and roll back.
      throw tx.broken().get();
    }
    try {
      connection.commit();
    } catch (SQLException e) {
      throw committing.translate(e, "the commit");
    }
    return new Changed<>(answer, tx.actions());
  }

  private <T> Changed<T> changeAtOnce(Connection connection, Function<Tx, T> work) {
    JdbcTx tx = JdbcTx.ofOne(Statements.uncached(connection), committing, arguments);
    return new Changed<>(apply(tx, work), tx.actions());
  }

  private static <T> T apply(JdbcTx tx, Function<Tx, T> work) {
    try {
      return work.apply(tx);
    } finally {
      tx.end();
      if (tx.broken().orElse(null) instanceof RepeatableFault fault) {
        repeat(fault);
      }
    }
  }

  /** Wins over what the work made of it, because the next try may well succeed. */
  private static void repeat(RepeatableFault fault) {
    throw fault;
  }

  private <T> T repeated(Attempt<T> attempt) {
    for (int tries = 1; ; tries++) {
      if (closed) {
        throw new PosternException(
            ErrorCode.CLOSED, "the store was closed with its Postern; build a new one");
      }
      try {
        return attempt.run();
      } catch (RepeatableFault e) {
        if (tries == MOST_TRIES) {
          throw PostgresFaults.unavailable(
              e,
              "other changes were in the way " + tries + " times; nothing was changed; try again");
        }
        pause(tries);
      } catch (SQLException e) {
        throw faults.translate(e, "preparing a transaction");
      }
    }
  }

  /** A while that differs between those who were in each other's way. */
  private static void pause(int tries) {
    long most = TimeUnit.MILLISECONDS.toNanos(Math.min(1L << tries, 50));
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
  }

  private static void say(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
