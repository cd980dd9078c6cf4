package io.postern.core.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedded store: one file, one writer, readers beside it. */
final class SqliteDatabase implements Database {
  private static final Logger log = LoggerFactory.getLogger(SqliteDatabase.class);

  private final Connection lock;
  private final GroupCommit writer;
  private final SqliteReaders readers;

  private SqliteDatabase(Connection lock, GroupCommit writer, SqliteReaders readers) {
    this.lock = lock;
    this.writer = writer;
    this.readers = readers;
  }

  static SqliteDatabase open(Path directory, Driver driver) {
    SqliteFile file = SqliteFile.in(directory, driver);
    Arguments arguments = new Arguments();
    Connection lock = file.lock();
    try {
      GroupCommit writer = GroupCommit.start(file, arguments);
      return new SqliteDatabase(lock, writer, new SqliteReaders(file, arguments));
    } catch (RuntimeException e) {
      unlock(lock);
      throw e;
    }
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
    return readers.read(work);
  }

  @Override
  public <T> T change(Function<Tx, T> work) {
    return writer.change(work);
  }

  @Override
  public <T> T changeAtOnce(Function<Tx, T> work) {
    return writer.changeAtOnce(work);
  }

  @Override
  public Dialect dialect() {
    return Dialect.SQLITE;
  }

  @Override
  public void close() {
    readers.close();
    // Last of the two, because the last connection to go folds the log into the file.
    writer.close();
    unlock(lock);
  }

  private static void unlock(Connection lock) {
    try {
      lock.close();
    } catch (SQLException e) {
      log.debug("closing the store's lock failed", e);
    }
  }
}
