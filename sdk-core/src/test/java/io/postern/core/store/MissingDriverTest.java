package io.postern.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Refused;
import io.postern.testing.SettableClock;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What is said where PostgreSQL's driver is not on the class path. */
class MissingDriverTest {
  /** A data source that fails as a host's pool does. */
  private static DataSource failing(Throwable failure) {
    return (DataSource)
        Proxy.newProxyInstance(
            MissingDriverTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              throw failure;
            });
  }

  private static void open(Throwable failure) {
    PostgresStore.open(failing(failure), SettableClock.at("2026-11-22T09:00:00Z"), false);
  }

  @Test
  void open_withoutTheDriver_namesTheArtifact() {
    SQLException unsuitable =
        new SQLException("No suitable driver found for jdbc:postgresql://db/postern", "08001");
    for (Throwable failure :
        List.of(
            unsuitable,
            new IllegalStateException("the pool cannot start", unsuitable),
            new IllegalStateException(new ClassNotFoundException("org.postgresql.Driver")),
            new NoClassDefFoundError("org/postgresql/ds/PGSimpleDataSource"))) {
      assertThat(Refused.with(ErrorCode.STORE_DRIVER_MISSING, () -> open(failure)))
          .hasMessageContaining("org.postgresql:postgresql")
          .hasCause(failure);
    }
  }

  @Test
  void open_whereTheDatabaseDoesNotAnswer_saysThat() {
    IllegalStateException circle = new IllegalStateException("round and round");
    circle.initCause(new IllegalStateException(circle));
    for (Throwable failure :
        List.of(
            new SQLException("connection refused", "08001"),
            circle,
            new IllegalStateException(new ClassNotFoundException("org.example.Pool")))) {
      Refused.with(ErrorCode.STORE_UNAVAILABLE, () -> open(failure));
    }
  }
}
