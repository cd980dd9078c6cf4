package io.postern.core.store;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that only read, opened when they are first needed. They never wait for the writer.
 */
final class SqliteReaders implements AutoCloseable {
  /** A connection with the statements it knows. */
  private record Reader(Connection connection, StatementCache statements) {}

  private static final Logger log = LoggerFactory.getLogger(SqliteReaders.class);

  private static final int MOST = 8;

  private final Semaphore places = new Semaphore(MOST);
  private final Deque<Reader> idle = new ConcurrentLinkedDeque<>();
  private final SqliteFile file;
  private final Arguments arguments;
  private volatile boolean closed;

  SqliteReaders(SqliteFile file, Arguments arguments) {
    this.file = file;
    this.arguments = arguments;
  }

  <T> T read(Function<Tx, T> work) {
    places.acquireUninterruptibly();
    try {
      if (closed) {
        throw new PosternException(
            ErrorCode.CLOSED, "the store was closed with its Postern; build a new one");
      }
      return read(take(), work);
    } catch (SQLException e) {
      throw file.faults().unavailable(e, file.faults().why(e));
    } finally {
      places.release();
    }
  }

  @Override
  public void close() {
    closed = true;
    places.acquireUninterruptibly(MOST);
    for (Reader reader = idle.poll(); reader != null; reader = idle.poll()) {
      drop(reader);
    }
    places.release(MOST);
  }

  private <T> T read(Reader reader, Function<Tx, T> work) throws SQLException {
    JdbcTx tx = JdbcTx.ofMany(reader.statements(), file.faults(), arguments);
    boolean usable = false;
    try {
      SqliteFile.execute(reader.connection(), "begin");
      try {
        return work.apply(tx);
      } finally {
        tx.end();
        if (tx.broken().isEmpty()) {
          SqliteFile.execute(reader.connection(), "rollback");
          usable = true;
        }
      }
    } finally {
      if (usable) {
        idle.push(reader);
      } else {
        drop(reader);
      }
    }
  }

  private Reader take() throws SQLException {
    Reader known = idle.poll();
    if (known != null) {
      return known;
    }
    Connection opened = file.openReader();
    return new Reader(opened, new StatementCache(opened));
  }

  private static void drop(Reader reader) {
    try {
      reader.connection().close();
    } catch (SQLException e) {
      log.debug("closing a reader of the store failed", e);
    }
  }
}
