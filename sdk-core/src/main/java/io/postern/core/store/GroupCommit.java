package io.postern.core.store;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer: a thread that takes all waiting work, runs each in a savepoint and commits the
 * group at once, so that many callers share one flush of the disk.
 *
 * <p>Nobody gets an answer before the group is committed, not even work that threw: what it saw may
 * have been another work's change in the same group, and that may not come to be.
 */
final class GroupCommit implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

  /** Bounds how long the first caller of a group waits for the others. */
  private static final int MOST_IN_GROUP = 256;

  private final BlockingQueue<GroupedWork<?>> waiting = new LinkedBlockingQueue<>();
  private final GroupedWork<?> end = new GroupedWork<>(tx -> tx, false);
  private final Object door = new Object();
  private final SqliteFile file;
  private final Arguments arguments;
  private final Thread thread;
  private boolean closed;

  // Only the writer's thread touches these two once it runs.
  private @Nullable Connection connection;
  private @Nullable StatementCache statements;

  private GroupCommit(SqliteFile file, Arguments arguments) {
    this.file = file;
    this.arguments = arguments;
    this.thread = new Thread(this::run, "postern-store-writer");
    thread.setDaemon(true);
  }

  static GroupCommit start(SqliteFile file, Arguments arguments) {
    GroupCommit writer = new GroupCommit(file, arguments);
    try {
      writer.reopen();
    } catch (SQLException e) {
      throw file.faults().unavailable(e, file.faults().why(e));
    }
    writer.thread.start();
    return writer;
  }

  <T> T change(Function<Tx, T> work) {
    return ask(new GroupedWork<>(work, false));
  }

  <T> T changeAtOnce(Function<Tx, T> work) {
    return ask(new GroupedWork<>(work, true));
  }

  private <T> T ask(GroupedWork<T> mine) {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("a change inside a change would wait for itself");
    }
    synchronized (door) {
      if (closed) {
        throw new PosternException(
            ErrorCode.CLOSED, "the store was closed with its Postern; build a new one");
      }
      waiting.add(mine);
    }
    return mine.await();
  }

  @Override
  public void close() {
    synchronized (door) {
      if (!closed) {
        closed = true;
        waiting.add(end);
      }
    }
    Uninterrupted.join(thread);
  }

  private void run() {
    List<GroupedWork<?>> group = new ArrayList<>();
    boolean more = true;
    while (more) {
      group.add(Uninterrupted.take(waiting));
      waiting.drainTo(group, MOST_IN_GROUP - 1);
      more = !group.remove(end);
      if (!group.isEmpty()) {
        commit(group);
        group.clear();
      }
    }
    drop();
  }

  private void commit(List<GroupedWork<?>> group) {
    try {
      Connection open = connection;
      StatementCache cache = statements;
      if (open == null || cache == null) {
        reopen();
        commit(group);
        return;
      }
      SqliteFile.execute(open, "begin immediate");
      for (GroupedWork<?> work : group) {
        SqliteFile.execute(open, "savepoint work");
        if (!work.run(cache, file.faults(), arguments)) {
          SqliteFile.execute(open, "rollback to work");
        }
        SqliteFile.execute(open, "release work");
      }
      SqliteFile.execute(open, "commit");
      group.forEach(GroupedWork::succeed);
    } catch (SQLException e) {
      fail(group, file.faults().unavailable(e, file.faults().why(e) + "; nothing was changed"));
    } catch (GroupBrokenException e) {
      fail(group, e.fault());
    } catch (RuntimeException | Error e) {
      // A fault here must not end the only thread that can write.
      fail(group, new PosternException(ErrorCode.INTERNAL, "the store's writer failed", e));
    }
  }

  private void fail(List<GroupedWork<?>> group, RuntimeException fault) {
    log.debug("a group of {} changes failed and is rolled back", group.size(), fault);
    // A fresh connection knows nothing of a half-written log, and no statement is left open.
    drop();
    group.forEach(work -> work.fail(fault));
  }

  private void reopen() throws SQLException {
    Connection opened = file.openWriter();
    connection = opened;
    statements = new StatementCache(opened);
  }

  private void drop() {
    Connection old = connection;
    connection = null;
    statements = null;
    if (old == null) {
      return;
    }
    try {
      old.close();
    } catch (SQLException e) {
      log.debug("closing the store's writer failed", e);
    }
  }
}
