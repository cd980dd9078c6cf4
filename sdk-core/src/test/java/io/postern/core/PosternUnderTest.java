package io.postern.core;

import io.postern.Access;
import io.postern.Postern;
import io.postern.core.fake.LoopEndpoint;
import io.postern.core.fake.PlainStore;
import io.postern.core.fake.SettablePeople;
import io.postern.core.store.StoreSource;
import io.postern.core.store.StoreUnderTest;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.spi.Settings;
import io.postern.spi.notifier.Notifier.Delivery;
import io.postern.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A whole Postern for each test, on one of the two engines: real store, rooms, recordings and
 * sweeps; people, endpoint and credential store are fakes at the edge, and the clock is the test's.
 *
 * <p>People: {@code maya} and {@code kim} (group ops), {@code noor} and {@code omar} (group
 * approvers), {@code adam} (every privilege). Written once in an abstract class and run by two
 * subclasses, as {@link StoreUnderTest} shows.
 */
public abstract class PosternUnderTest implements BeforeEachCallback, AfterEachCallback {
  private final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");
  private final SettablePeople people = new SettablePeople();
  private final LoopEndpoint endpoint = new LoopEndpoint();
  private final PlainStore vault = new PlainStore();
  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
  private final List<Postern> opened = new ArrayList<>();
  private Path directory = Path.of(".");

  private PosternUnderTest() {}

  public static PosternUnderTest sqlite() {
    return new PosternUnderTest() {
      @Override
      PosternBuilder onStore(PosternBuilder builder, Path directory) {
        return builder.dataFolder(directory.resolve("store"));
      }

      @Override
      Connection connection() throws SQLException {
        return DriverManager.getConnection(
            "jdbc:sqlite:" + directory().resolve("store").resolve("postern.db"));
      }
    };
  }

  public static PosternUnderTest postgres() {
    return new PosternUnderTest() {
      private final StoreSource source = new StoreSource();

      @Override
      public void beforeEach(ExtensionContext context) throws IOException {
        super.beforeEach(context);
        source.open(context);
      }

      @Override
      PosternBuilder onStore(PosternBuilder builder, Path directory) {
        return builder.dataFolder(directory).dataSource(source.dataSource());
      }

      @Override
      Connection connection() throws SQLException {
        return source().getConnection();
      }

      @Override
      DataSource source() {
        return source.dataSource();
      }

      @Override
      public void afterEach(ExtensionContext context) throws Exception {
        super.afterEach(context);
        source.close();
      }
    };
  }

  abstract PosternBuilder onStore(PosternBuilder builder, Path directory);

  abstract Connection connection() throws SQLException;

  /** The engine's own data source; PostgreSQL only. */
  DataSource source() {
    throw new UnsupportedOperationException("SQLite has none");
  }

  /** A way to the same database that can be cut; PostgreSQL only. */
  public CutSource cuttable() {
    return new CutSource(source());
  }

  /** A connection to the store past Postern, such as an intruder's. */
  public Connection pastPostern() throws SQLException {
    return connection();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("postern");
    people.add(Person.named("maya", "Maya Ito").email("maya@example.org").memberOf("ops"));
    people.add(Person.named("kim", "Kim Berg").email("kim@example.org").memberOf("ops"));
    people.add(Person.named("noor", "Noor Aziz").email("noor@example.org").memberOf("approvers"));
    people.add(Person.named("omar", "Omar Diaz").email("omar@example.org").memberOf("approvers"));
    people.add(Person.named("adam", "Adam Root").with(Privilege.values()));
  }

  /** The Postern; opened when first asked for, closed after the test. */
  public synchronized Postern postern() {
    if (opened.isEmpty()) {
      opened.add(open(UnaryOperator.identity()));
    }
    return opened.get(0);
  }

  /** Another Postern on the same store, as another process has it; PostgreSQL only. */
  public synchronized Postern another() {
    postern();
    Postern second = open(UnaryOperator.identity());
    opened.add(second);
    return second;
  }

  /**
   * Opens a Postern on a copy of the store as it lies on the disk now, which is what a crash at
   * this instant would have left; SQLite only. The one that crashed is left as it is.
   */
  public Postern afterCrash() throws IOException {
    return afterCrash(UnaryOperator.identity());
  }

  /** The same, with something said otherwise to its builder. */
  public synchronized Postern afterCrash(UnaryOperator<PosternBuilder> otherwise)
      throws IOException {
    Path copy = Files.createDirectory(directory.resolve("after-crash"));
    try (Stream<Path> files = Files.list(directory.resolve("store"))) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith("postern.db")) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      }
    }
    return open(builder -> otherwise.apply(builder.dataFolder(copy)));
  }

  /** Closes every Postern and opens the store again, as a restart does. */
  public synchronized Postern restart() {
    opened.forEach(Postern::close);
    opened.clear();
    return postern();
  }

  /** Opens a Postern with something said otherwise to its builder; closed after the test. */
  public synchronized Postern open(UnaryOperator<PosternBuilder> otherwise) {
    Postern postern =
        otherwise
            .apply(
                onStore(PosternBuilder.create(), directory)
                    .people(people)
                    .recordings(directory.resolve("recordings"))
                    .connector(endpoint, Settings.none())
                    .credentialManager("site", vault, Settings.none())
                    .notifier(deliveries::add)
                    .passwordChanger(vault)
                    .clock(clock))
            .build();
    if (!opened.contains(postern)) {
      opened.add(postern);
    }
    return postern;
  }

  public Access as(String person) {
    return postern().as(person);
  }

  /** Moves time on by nothing and does all that is due, in this thread. */
  public void sweep() {
    for (Postern postern : List.copyOf(opened)) {
      while (((PosternDoor) postern).sweepNow()) {}
    }
  }

  /** Does all that is due now on one of several, in this thread. */
  public void sweep(Postern node) {
    while (((PosternDoor) node).sweepNow()) {}
  }

  public SettableClock clock() {
    return clock;
  }

  public SettablePeople people() {
    return people;
  }

  /** The endpoint that every item of method {@code loop} leads to. */
  public LoopEndpoint endpoint() {
    return endpoint;
  }

  /** The store of secrets behind the credential manager {@code site}. */
  public PlainStore vault() {
    return vault;
  }

  /** What was handed to the host's notifier. */
  public BlockingQueue<Delivery> deliveries() {
    return deliveries;
  }

  public Path directory() {
    return directory;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    opened.forEach(Postern::close);
    opened.clear();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
