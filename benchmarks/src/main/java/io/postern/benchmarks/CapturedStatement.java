package io.postern.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A statement with its arguments as Postern sent it, so that the peer runs the very same text and
 * nobody has to keep a copy of it.
 */
record CapturedStatement(String sql, List<@Nullable Object> arguments) {
  /**
   * Runs {@code work} on a data source that listens, and gives the first statement that matches.
   */
  static CapturedStatement during(DataSource source, Predicate<String> wanted, Work work)
      throws Exception {
    List<CapturedStatement> captured = new ArrayList<>();
    work.on(listening(source, wanted, captured));
    return captured.stream()
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Postern sent no such statement"));
  }

  /** What is done meanwhile. */
  interface Work {
    void on(DataSource listening) throws Exception;
  }

  private static DataSource listening(
      DataSource source, Predicate<String> wanted, List<CapturedStatement> captured) {
    return proxy(
        DataSource.class,
        source,
        (method, arguments, answer) ->
            answer instanceof Connection connection
                ? listening(connection, wanted, captured)
                : answer);
  }

  private static Connection listening(
      Connection connection, Predicate<String> wanted, List<CapturedStatement> captured) {
    return proxy(
        Connection.class,
        connection,
        (method, arguments, answer) -> {
          if (answer instanceof PreparedStatement statement
              && arguments[0] instanceof String sql
              && wanted.test(sql)) {
            CapturedStatement made = new CapturedStatement(sql, new ArrayList<>());
            captured.add(made);
            return listening(statement, made.arguments());
          }
          return answer;
        });
  }

  private static PreparedStatement listening(
      PreparedStatement statement, List<@Nullable Object> bound) {
    return proxy(
        PreparedStatement.class,
        statement,
        (method, arguments, answer) -> {
          if (method.getName().startsWith("set") && arguments.length == 2) {
            int place = (Integer) arguments[0];
            while (bound.size() < place) {
              bound.add(null);
            }
            bound.set(place - 1, method.getName().equals("setNull") ? null : arguments[1]);
          }
          return answer;
        });
  }

  /** Sees each call with its answer, and may answer something else. */
  private interface Listener {
    @Nullable Object heard(Method method, Object[] arguments, @Nullable Object answer)
        throws SQLException;
  }

  private static <T> T proxy(Class<T> type, T real, Listener listener) {
    return type.cast(
        Proxy.newProxyInstance(
            CapturedStatement.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                Object[] given = arguments == null ? new Object[0] : arguments;
                return listener.heard(method, given, method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** The text with each question mark replaced by what stands for its argument. */
  String with(List<String> replacements) {
    StringBuilder text = new StringBuilder();
    String[] parts = sql.split("\\?", -1);
    if (parts.length != replacements.size() + 1 || replacements.size() != arguments.size()) {
      throw new IllegalStateException(
          parts.length
              - 1
              + " places, "
              + arguments.size()
              + " arguments, "
              + Arrays.toString(parts));
    }
    for (int i = 0; i < parts.length; i++) {
      text.append(parts[i]).append(i < replacements.size() ? replacements.get(i) : "");
    }
    return text.toString();
  }
}
