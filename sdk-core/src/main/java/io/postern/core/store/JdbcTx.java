package io.postern.core.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements on one connection, for as long as the work runs that it was given to. */
final class JdbcTx implements Tx {
  /** What is done with a statement whose arguments are bound. */
  private interface Use<T> {
    T with(PreparedStatement statement) throws SQLException;
  }

  private final Thread owner = Thread.currentThread();
  private final List<Runnable> afterCommit = new ArrayList<>();
  private final Statements statements;
  private final Faults faults;
  private final Arguments arguments;
  private int statementsLeft;
  private boolean ended;
  private @Nullable RuntimeException broken;

  private JdbcTx(Statements statements, Faults faults, Arguments arguments, int statementsLeft) {
    this.statements = statements;
    this.faults = faults;
    this.arguments = arguments;
    this.statementsLeft = statementsLeft;
  }

  static JdbcTx ofMany(Statements statements, Faults faults, Arguments arguments) {
    return new JdbcTx(statements, faults, arguments, Integer.MAX_VALUE);
  }

  /**
   * For {@link Database#changeAtOnce} and {@link Database#readAtOnce}: a second statement would
   * commit on its own, or see another state.
   */
  static JdbcTx ofOne(Statements statements, Faults faults, Arguments arguments) {
    return new JdbcTx(statements, faults, arguments, 1);
  }

  @Override
  public <T> List<T> list(String sql, Row.Reader<T> reader, @Nullable Object... values) {
    return execute(
        sql,
        values,
        statement -> {
          try (ResultSet rows = statement.executeQuery()) {
            JdbcRow row = new JdbcRow(rows, faults);
            List<T> read = new ArrayList<>();
            while (rows.next()) {
              read.add(reader.read(row));
            }
            return read;
          }
        });
  }

  @Override
  public <T> Optional<T> first(String sql, Row.Reader<T> reader, @Nullable Object... values) {
    return execute(
        sql,
        values,
        statement -> {
          try (ResultSet rows = statement.executeQuery()) {
            return rows.next()
                ? Optional.of(reader.read(new JdbcRow(rows, faults)))
                : Optional.empty();
          }
        });
  }

  @Override
  public int run(String sql, @Nullable Object... values) {
    return execute(sql, values, PreparedStatement::executeUpdate);
  }

  @Override
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  @Override
  public Database.Dialect dialect() {
    return faults.dialect();
  }

  /** From now on nobody can use it. */
  void end() {
    ended = true;
  }

  /** The error after which nothing of this transaction may be committed, if there was one. */
  Optional<RuntimeException> broken() {
    return Optional.ofNullable(broken);
  }

  List<Runnable> actions() {
    return afterCommit;
  }

  private <T> T execute(String sql, @Nullable Object[] values, Use<T> use) {
    check();
    try {
      PreparedStatement statement = statements.take(sql);
      T result;
      try {
        arguments.bind(statement, values);
        result = use.with(statement);
      } catch (SQLException | RuntimeException | Error e) {
        Statements.drop(statement);
        throw e;
      }
      statements.giveBack(sql, statement);
      return result;
    } catch (SQLException e) {
      RuntimeException fault = faults.translate(e, "statement '" + beginningOf(sql) + "'");
      if (faults.breaksTransaction(e)) {
        broken = fault;
      }
      throw fault;
    }
  }

  private void check() {
    if (ended) {
      throw new IllegalStateException("the work that this transaction belongs to has ended");
    }
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException("a transaction is used by one thread");
    }
    if (broken != null) {
      // SQLite would run and commit the statement on its own after it gave up the transaction.
      throw broken;
    }
    if (statementsLeft-- == 0) {
      throw new IllegalStateException("changeAtOnce and readAtOnce are for exactly one statement");
    }
  }

  private static String beginningOf(String sql) {
    String line = sql.strip().replaceAll("\\s+", " ");
    return line.length() <= 80 ? line : line.substring(0, 80) + "...";
  }
}
