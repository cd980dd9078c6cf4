package io.postern.core.injection;

import io.postern.spi.injection.Injector.Gate;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JDBC object whose every method asks the session first, but for those that are known to stay in
 * this process: those that do something at the server ask whether it may be used, those that go on
 * with what was begun whether it may pass. What leads back to a connection or statement leads to
 * the one around it, and nothing leads to the driver's own.
 */
final class GatedJdbc implements InvocationHandler {
  private static final Set<String> ENDING = Set.of("close", "abort");

  /** Of a connection; with everything else it may go to the server. */
  private static final Set<String> LOCAL_OF_CONNECTIONS =
      Set.of(
          "close",
          "abort",
          "isClosed",
          "getMetaData",
          "getAutoCommit",
          "getHoldability",
          "getTypeMap",
          "setTypeMap",
          "getNetworkTimeout",
          "setNetworkTimeout",
          "getWarnings",
          "clearWarnings",
          "nativeSQL");

  /** Of what a connection leads to. */
  private static final Set<String> LOCAL =
      Set.of("close", "cancel", "free", "isClosed", "getWarnings", "clearWarnings");

  /** What a result writes or asks for by statements of its own. */
  private static final Set<String> OF_RESULTS =
      Set.of("insertRow", "updateRow", "deleteRow", "refreshRow");

  /** What leads on to a connection, each but for those that are more than that. */
  private static final List<Class<?>> LEADING =
      List.of(
          CallableStatement.class,
          PreparedStatement.class,
          Statement.class,
          ResultSet.class,
          DatabaseMetaData.class,
          ResultSetMetaData.class,
          ParameterMetaData.class,
          Array.class,
          NClob.class,
          Clob.class,
          Blob.class);

  private final Object bare;
  private final Gate gate;
  private final Set<Statement> running;
  private final Runnable closed;
  private final @Nullable Object parent;

  private GatedJdbc(
      Object bare, Gate gate, Set<Statement> running, Runnable closed, @Nullable Object parent) {
    this.bare = bare;
    this.gate = gate;
    this.running = running;
    this.closed = closed;
    this.parent = parent;
  }

  /**
   * @param running where statements of the driver's are, while they run
   * @param closed run when the connection is closed by whoever has it
   */
  static Connection connection(
      Connection bare, Gate gate, Set<Statement> running, Runnable closed) {
    return new GatedJdbc(bare, gate, running, closed, null).as(Connection.class);
  }

  private <T> T as(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(GatedJdbc.class.getClassLoader(), new Class<?>[] {type}, this));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    String name = method.getName();
    if (method.getDeclaringClass() == Object.class) {
      return switch (name) {
        case "equals" -> arguments != null && proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> "session's " + proxy.getClass().getInterfaces()[0].getSimpleName();
      };
    }
    if (name.equals("unwrap")) {
      throw new SQLFeatureNotSupportedException("it is not unwrapped past the session");
    }
    if (name.equals("isWrapperFor")) {
      return false;
    }
    if (name.equals("getConnection")) {
      return parent;
    }
    if (name.equals("getStatement")) {
      return parent instanceof Statement ? parent : null;
    }
    ask(method);
    boolean runs = bare instanceof Statement && name.startsWith("execute");
    if (runs) {
      running.add((Statement) bare);
    }
    try {
      return kept(proxy, method.invoke(bare, ofTheDriver(arguments)));
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    } finally {
      if (runs) {
        running.remove((Statement) bare);
      }
      if (bare instanceof Connection && ENDING.contains(name)) {
        closed.run();
      }
    }
  }

  private void ask(Method method) {
    String name = method.getName();
    if (bare instanceof Connection) {
      if (!LOCAL_OF_CONNECTIONS.contains(name)) {
        gate.requireOpen();
      }
    } else if (name.startsWith("execute")
        || OF_RESULTS.contains(name)
        || (bare instanceof DatabaseMetaData && method.getReturnType() == ResultSet.class)) {
      gate.requireOpen();
    } else if (!LOCAL.contains(name)) {
      gate.requirePassing();
    }
  }

  /** By what it is, not by what the method says: some return whatever a column holds. */
  private @Nullable Object kept(Object proxy, @Nullable Object result) {
    for (Class<?> type : LEADING) {
      if (type.isInstance(result)) {
        return new GatedJdbc(result, gate, running, closed, proxy).as(type);
      }
    }
    return result instanceof InputStream input
        ? new GatedInput(input, gate::requirePassing)
        : result;
  }

  /** Drivers take their own objects only. */
  private static Object @Nullable [] ofTheDriver(Object @Nullable [] arguments) {
    if (arguments == null) {
      return null;
    }
    Object[] own = arguments.clone();
    for (int i = 0; i < own.length; i++) {
      if (own[i] != null
          && Proxy.isProxyClass(own[i].getClass())
          && Proxy.getInvocationHandler(own[i]) instanceof GatedJdbc gated) {
        own[i] = gated.bare;
      }
    }
    return own;
  }
}
