package io.postern.core.store;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SQLite's result codes; the driver gives the primary code as the vendor's code. */
final class SqliteFaults implements Faults {
  private static final int PERM = 3;
  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int NOMEM = 7;
  private static final int READONLY = 8;
  private static final int IOERR = 10;
  private static final int CORRUPT = 11;
  private static final int FULL = 13;
  private static final int CANTOPEN = 14;
  private static final int PROTOCOL = 15;
  private static final int CONSTRAINT = 19;
  private static final int NOTADB = 26;

  /**
   * The driver's own complaints, wrong SQL, a value too big, a constraint, a wrong type, a wrong
   * place: the transaction goes on. After all others SQLite may have rolled it back by itself.
   */
  private static final Set<Integer> HARMLESS = Set.of(0, 1, 18, CONSTRAINT, 20, 25);

  /** The driver writes: [SQLITE_CONSTRAINT_UNIQUE] A UNIQUE ... (UNIQUE constraint failed: a.b) */
  private static final Pattern NAMED = Pattern.compile("constraint failed: ([^()]+)\\)");

  private final Path file;

  SqliteFaults(Path file) {
    this.file = file;
  }

  @Override
  public RuntimeException translate(SQLException fault, String doing) {
    int code = fault.getErrorCode();
    if (code == CONSTRAINT) {
      return new ConstraintException(constraint(String.valueOf(fault.getMessage())), fault);
    }
    if (!HARMLESS.contains(code)) {
      return unavailable(fault, why(code) + "; nothing was changed");
    }
    return new PosternException(ErrorCode.INTERNAL, doing + " is wrong; please report it", fault);
  }

  @Override
  public boolean breaksTransaction(SQLException fault) {
    return !HARMLESS.contains(fault.getErrorCode());
  }

  @Override
  public Database.Dialect dialect() {
    return Database.Dialect.SQLITE;
  }

  PosternException unavailable(Throwable cause, String why) {
    return new PosternException(
        ErrorCode.STORE_UNAVAILABLE, "the store " + file + " failed: " + why, cause);
  }

  String why(SQLException fault) {
    return why(fault.getErrorCode());
  }

  private static String why(int code) {
    return switch (code) {
      case FULL -> "its disk is full; free some space";
      case IOERR -> "its disk reported an error; look into the system's log and free or repair it";
      case READONLY, PERM -> "it may not be written; give this process the right to write it";
      case CANTOPEN -> "it cannot be opened; check that it and its directory are there and yours";
      case CORRUPT, NOTADB -> "it is damaged; stop, keep a copy, restore the last backup";
      case BUSY, LOCKED, PROTOCOL -> "another program holds it locked; close that program";
      case NOMEM -> "no memory was left; give the process more";
      default -> "SQLite gave up with code " + code + "; try again";
    };
  }

  private static String constraint(String message) {
    Matcher named = NAMED.matcher(message);
    return named.find()
        ? named.group(1)
        : message.contains("FOREIGN KEY") ? "foreign key" : message;
  }
}
