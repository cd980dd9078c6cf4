package io.postern.core.store;

import io.postern.approval.DecisionToken;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Binds arguments to a statement, as {@link Tx} describes. Safe for use by several threads. */
final class Arguments {
  private final ClassValue<Method> values =
      new ClassValue<>() {
        @Override
        protected Method computeValue(Class<?> type) {
          return accessor(type);
        }
      };

  void bind(PreparedStatement statement, @Nullable Object[] arguments) throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      bind(statement, i + 1, arguments[i]);
    }
  }

  private void bind(PreparedStatement statement, int place, @Nullable Object argument)
      throws SQLException {
    if (argument == null) {
      statement.setNull(place, Types.NULL);
    } else if (argument instanceof String text) {
      statement.setString(place, storable(text));
    } else if (argument instanceof Integer number) {
      statement.setInt(place, number);
    } else if (argument instanceof Long number) {
      statement.setLong(place, number);
    } else if (argument instanceof Boolean flag) {
      statement.setInt(place, flag ? 1 : 0);
    } else if (argument instanceof Instant instant) {
      statement.setLong(place, instant.toEpochMilli());
    } else if (argument instanceof Duration duration) {
      statement.setLong(place, duration.toMillis());
    } else if (argument instanceof Optional<?> optional) {
      bind(statement, place, optional.orElse(null));
    } else if (argument instanceof Enum<?> constant) {
      statement.setString(place, constant.name());
    } else {
      statement.setString(place, storable(value(argument)));
    }
  }

  /**
   * The same text without what PostgreSQL refuses, the zero character and halves of surrogate
   * pairs: no text that a person typed may make a change fail.
   */
  private static String storable(String text) {
    boolean fine = true;
    for (int i = 0; i < text.length() && fine; i++) {
      char character = text.charAt(i);
      fine = character != 0 && !Character.isSurrogate(character);
    }
    if (fine) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(
            point -> point == 0 || Character.getType(point) == Character.SURROGATE ? 0xfffd : point)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private String value(Object argument) {
    try {
      return (String) values.get(argument.getClass()).invoke(argument);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("cannot read " + argument.getClass().getName(), e);
    }
  }

  private static Method accessor(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    if (components == null || components.length != 1 || components[0].getType() != String.class) {
      throw new IllegalArgumentException(
          "no column holds a "
              + type.getName()
              + "; bind a String, Integer, Long, Boolean, Instant, Duration, enum, Optional or a"
              + " record of one String");
    }
    if (type == DecisionToken.class) {
      // Has the shape of an id, and would put a usable token into the store.
      throw new IllegalArgumentException("a decision token is stored as its hash only");
    }
    Method accessor = components[0].getAccessor();
    accessor.setAccessible(true);
    return accessor;
  }
}
