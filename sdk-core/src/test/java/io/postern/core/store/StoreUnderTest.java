package io.postern.core.store;

import io.postern.testing.PooledSource;
import io.postern.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A fresh store with Postern's schema for each test method, on one of the two engines.
 *
 * <p>Write the tests of a room once, in an abstract class, and run them on both engines by two
 * subclasses of three lines:
 *
 * <pre>{@code
 * abstract class LeasesContract {
 *   @RegisterExtension final StoreUnderTest store;
 *
 *   LeasesContract(StoreUnderTest store) {
 *     this.store = store;
 *   }
 *
 *   @Test
 *   void renew_afterItsEnd_isRefused() {
 *     store.database().change(tx -> ...);
 *     store.clock().advance(Duration.ofMinutes(5));
 *   }
 * }
 *
 * class LeasesOnSqliteTest extends LeasesContract {
 *   LeasesOnSqliteTest() {
 *     super(StoreUnderTest.sqlite());
 *   }
 * }
 *
 * class LeasesOnPostgresTest extends LeasesContract {
 *   LeasesOnPostgresTest() {
 *     super(StoreUnderTest.postgres());
 *   }
 * }
 * }</pre>
 *
 * <p>One PostgreSQL server, with fsync on, is started for the whole JVM when the first test wants
 * it; each test gets a copy of a template database. SQLite gets a fresh directory.
 */
public abstract class StoreUnderTest implements BeforeEachCallback, AfterEachCallback {
  private final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");
  private final List<Database> opened = new ArrayList<>();

  private StoreUnderTest() {}

  public static StoreUnderTest sqlite() {
    return new OnSqlite();
  }

  public static StoreUnderTest postgres() {
    return new OnPostgres();
  }

  /** The store; opened when first asked for, closed after the test. */
  public synchronized Database database() {
    if (opened.isEmpty()) {
      opened.add(open());
    }
    return opened.get(0);
  }

  /**
   * The same store as another node has it. SQLite has one node only: there it is the same object.
   */
  public synchronized Database anotherNode() {
    Database first = database();
    if (first.dialect() == Database.Dialect.SQLITE) {
      return first;
    }
    Database second = open();
    opened.add(second);
    return second;
  }

  /** Closes the store and opens it again, as a restart of the application would. */
  public synchronized Database reopen() {
    opened.forEach(Database::close);
    opened.clear();
    return database();
  }

  /** The clock that the store was opened with; at 2026-11-22T09:00:00Z when a test begins. */
  public SettableClock clock() {
    return clock;
  }

  @Override
  public synchronized void afterEach(ExtensionContext context) throws Exception {
    opened.forEach(Database::close);
    opened.clear();
    remove();
  }

  abstract Database open();

  abstract void remove() throws Exception;

  private static final class OnSqlite extends StoreUnderTest {
    private Path directory = Path.of(".");

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
      directory = Files.createTempDirectory("store");
    }

    @Override
    Database open() {
      return EmbeddedStore.open(directory, clock());
    }

    @Override
    void remove() throws IOException {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static final class OnPostgres extends StoreUnderTest {
    private PostgresServer server;
    private String name;
    private PooledSource source;

    @Override
    public void beforeEach(ExtensionContext context) {
      server =
          context
              .getRoot()
              .getStore(Namespace.GLOBAL)
              .computeIfAbsent(
                  PostgresServer.class,
                  key -> PostgresServer.start().prepare(),
                  PostgresServer.class);
      name = server.createDatabase();
      source = new PooledSource(server.source(name), 16);
    }

    @Override
    Database open() {
      return PostgresStore.open(source, clock(), false);
    }

    @Override
    void remove() throws Exception {
      source.close();
      server.dropDatabase(name);
    }
  }
}
