package io.postern.core.session;

import com.google.inject.Injector;
import io.postern.benchmarks.Site;
import io.postern.core.BuildPhases;
import io.postern.core.PosternBuilder;
import io.postern.core.audit.Journal;
import io.postern.core.connector.ConnectorConfiguration;
import io.postern.core.jump.Judge;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.core.tool.Gate;
import io.postern.jump.JumpItemId;
import io.postern.session.Session;
import io.postern.session.Tool;
import io.postern.spi.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Judging one use of a tool, on the embedded store: the session's row and the policies of now.
 * Beside it the two things it cannot do without, a read of one row and the look that every chunk
 * costs.
 */
// JMH fills the fields.
@NullUnmarked
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class GateBenchmark {
  private BuildPhases postern;
  private Gate gate;
  private Database database;
  private SessionRows rows;
  private Session session;

  @Setup
  public void start() throws IOException {
    Path directory = Files.createTempDirectory("gate");
    Site site = new Site();
    site.begin(PosternBuilder.create().people(site).dataFolder(directory).connector("ssh"));
    postern =
        new BuildPhases(
            directory,
            site,
            List.of(new ConnectorConfiguration("ssh", Settings.none(), Optional.empty())),
            List.of(),
            false);
    Injector injector = postern.injector();
    database = injector.getInstance(Database.class);
    rows = injector.getInstance(SessionRows.class);
    session =
        postern
            .postern()
            .as(Site.MAYA)
            .sessions()
            .start(JumpItemId.of("1"), ask -> ask.reason("INC-4711"));
    session.awaitAvailable(Duration.ofSeconds(30));
    gate =
        new SessionGate(
            database.read(tx -> rows.require(tx, session.id())),
            new LiveSession(session.id(), Site.MAYA, injector.getInstance(InstantSource.class)),
            database,
            rows,
            injector.getInstance(People.class),
            injector.getInstance(Judge.class),
            injector.getInstance(Journal.class),
            injector.getInstance(InstantSource.class));
  }

  @Benchmark
  public void require() {
    gate.require(Tool.COMMANDS);
  }

  @Benchmark
  public Object readOneRow() {
    return database.read(
        tx -> tx.first("select version from session where id = ?", row -> 1, session.id()));
  }

  @Benchmark
  public void requireOpen() {
    gate.requireOpen();
  }

  @TearDown
  public void end() {
    postern.close();
  }
}
