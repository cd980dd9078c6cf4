package io.postern.core.jump;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.ConstraintException;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.person.PersonId;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** How the catalog is changed: refusals audited, lost races run again on what is there by then. */
final class Changes {
  /** Somebody else changed the row between look and write. */
  private static final class Outrun extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Outrun(String what) {
      super(what + " was changed meanwhile");
    }
  }

  private static final int TRIES = 5;

  private final Database database;
  private final Journal journal;

  @Inject
  Changes(Database database, Journal journal) {
    this.database = database;
    this.journal = journal;
  }

  /**
   * Runs what {@code actor} wants to do to {@code subject}; a no of rights or security is audited.
   */
  <T> T attempt(PersonId actor, String action, String subject, Supplier<T> doing) {
    try {
      return doing.get();
    } catch (PosternException e) {
      if (e.code().category() == ErrorCode.Category.DENIED) {
        throw journal.refused(
            e,
            Act.of(actor.value(), "catalog.refused", subject)
                .with("attempted", action)
                .with("code", e.code())
                .because(String.valueOf(e.getMessage())));
      }
      throw e;
    }
  }

  <T> T read(java.util.function.Function<Tx, T> reading) {
    return database.read(reading);
  }

  /**
   * Commits one change. It looks before it writes, so a constraint that refuses it all the same
   * means that somebody was faster; then it looks again.
   */
  void commit(String what, Consumer<Tx> change) {
    for (int left = TRIES; ; left--) {
      try {
        database.change(
            tx -> {
              change.accept(tx);
              return true;
            });
        return;
      } catch (ConstraintException | Outrun e) {
        if (left == 1) {
          throw new PosternException(
              ErrorCode.ILLEGAL_CHANGE,
              what + " is being changed by others again and again; look at it and try later",
              e);
        }
      }
    }
  }

  /** For a compare-and-set that found another version. */
  static void requireStill(boolean same, String what) {
    if (!same) {
      throw new Outrun(what);
    }
  }

  static void requireNone(String what, List<String> faults) {
    if (!faults.isEmpty()) {
      throw new PosternException(ErrorCode.CATALOG_INVALID, what + " cannot be saved", faults);
    }
  }
}
