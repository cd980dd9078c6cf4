package io.postern.core.store;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's SQLSTATEs. */
final class PostgresFaults implements Faults {
  private static final Pattern QUOTED = Pattern.compile("constraint [\"«„]([^\"»“]+)[\"»“]");

  private final boolean committing;

  /**
   * @param committing whether the statement commits, so that after a broken connection nobody knows
   *     whether it did
   */
  PostgresFaults(boolean committing) {
    this.committing = committing;
  }

  @Override
  public RuntimeException translate(SQLException fault, String doing) {
    String state = Optional.ofNullable(fault.getSQLState()).orElse("");
    if (state.startsWith("23")) {
      return new ConstraintException(constraint(fault), fault);
    }
    if (state.equals("40001") || state.equals("40P01")) {
      return new RepeatableFault(fault);
    }
    if (isLost(fault, state)) {
      return committing
          ? new PosternException(
              ErrorCode.STORE_UNCERTAIN,
              "the store failed: the connection was lost before the answer to the commit came: the"
                  + " change may or may not be there; look before you repeat it",
              fault)
          : unavailable(
              fault, "the connection was lost; nothing was changed; see whether the database runs");
    }
    if (state.startsWith("53")) {
      return unavailable(
          fault,
          "the server is out of disk, memory or connections; nothing was changed; free some");
    }
    if (state.startsWith("58") || state.startsWith("XX")) {
      return unavailable(
          fault, "the server reports a fault of its own; nothing was changed; see its log");
    }
    if (state.equals("25006")) {
      return unavailable(
          fault, "the server takes no changes, it may be a standby; nothing was changed");
    }
    if (state.equals("57014") || state.equals("55P03")) {
      return unavailable(
          fault, "the server stopped a statement that took too long; nothing was changed");
    }
    return new PosternException(ErrorCode.INTERNAL, doing + " is wrong; please report it", fault);
  }

  /** Any failed statement dooms the transaction, whatever the work makes of it. */
  @Override
  public boolean breaksTransaction(SQLException fault) {
    return true;
  }

  @Override
  public Database.Dialect dialect() {
    return Database.Dialect.POSTGRESQL;
  }

  static PosternException unavailable(Throwable cause, String why) {
    return new PosternException(ErrorCode.STORE_UNAVAILABLE, "the store failed: " + why, cause);
  }

  private static boolean isLost(SQLException fault, String state) {
    return state.startsWith("08")
        || state.startsWith("57P")
        || state.startsWith("28")
        || state.startsWith("3D")
        || fault instanceof SQLRecoverableException
        || fault instanceof SQLTransientConnectionException;
  }

  private static String constraint(SQLException fault) {
    String message = String.valueOf(fault.getMessage());
    return named(fault)
        .orElseGet(
            () -> {
              Matcher quoted = QUOTED.matcher(message);
              return quoted.find() ? quoted.group(1) : message;
            });
  }

  /** By reflection, because the driver is the host's and may come from another class loader. */
  private static Optional<String> named(SQLException fault) {
    try {
      Object server = fault.getClass().getMethod("getServerErrorMessage").invoke(fault);
      return server == null
          ? Optional.empty()
          : Optional.ofNullable(
              (String) server.getClass().getMethod("getConstraint").invoke(server));
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }
}
