package io.postern.core.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The row at which a result set stands. */
final class JdbcRow implements Row {
  /** Reads one column. */
  private interface Column<T> {
    T of(ResultSet rows) throws SQLException;
  }

  private final ResultSet rows;
  private final Faults faults;

  JdbcRow(ResultSet rows, Faults faults) {
    this.rows = rows;
    this.faults = faults;
  }

  @Override
  public String text(String column) {
    return optionalText(column).orElseThrow(() -> isNull(column));
  }

  @Override
  public Optional<String> optionalText(String column) {
    return read(column, result -> Optional.ofNullable(result.getString(column)));
  }

  @Override
  public long number(String column) {
    return optionalNumber(column).orElseThrow(() -> isNull(column));
  }

  @Override
  public boolean flag(String column) {
    return number(column) != 0;
  }

  @Override
  public Instant instant(String column) {
    return Instant.ofEpochMilli(number(column));
  }

  @Override
  public Optional<Instant> optionalInstant(String column) {
    return optionalNumber(column).map(Instant::ofEpochMilli);
  }

  @Override
  public Duration duration(String column) {
    return Duration.ofMillis(number(column));
  }

  @Override
  public Optional<Duration> optionalDuration(String column) {
    return optionalNumber(column).map(Duration::ofMillis);
  }

  private Optional<Long> optionalNumber(String column) {
    return read(
        column,
        result -> {
          long number = result.getLong(column);
          return result.wasNull() ? Optional.empty() : Optional.of(number);
        });
  }

  private <T> T read(String column, Column<T> reading) {
    try {
      return reading.of(rows);
    } catch (SQLException e) {
      throw faults.translate(e, "reading column " + column);
    }
  }

  private static IllegalStateException isNull(String column) {
    return new IllegalStateException("column " + column + " is null");
  }
}
