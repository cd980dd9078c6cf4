package io.postern.core.credential;

import com.google.inject.Injector;
import io.postern.benchmarks.Site;
import io.postern.benchmarks.SlowVault;
import io.postern.core.BuildPhases;
import io.postern.core.PosternBuilder;
import io.postern.core.connector.ConnectorConfiguration;
import io.postern.core.credential.Lending.Borrowed;
import io.postern.core.credential.Lending.Loan;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.credential.CandidateId;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.spi.CallContext;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A secret fetched and given back: through the core, with its durable lease and audit entries on
 * the embedded store and the choice checked once more, beside the two bare calls of the plug-in.
 */
// JMH fills the fields.
@NullUnmarked
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class BorrowBenchmark {
  /** What a call of the manager takes. */
  @Param({"0", "5"})
  public int millis;

  private final Endpoint endpoint =
      new Endpoint(
          JumpItemId.of("1"),
          "1",
          "ssh",
          "127.0.0.1",
          22,
          Optional.of(JumpGroupId.of("servers")),
          "",
          Map.of());
  private final Person maya = new Site().find(Site.MAYA).orElseThrow();
  private SlowVault vault;
  private BuildPhases postern;
  private Lending lending;
  private Database database;
  private Ids ids;

  @Setup
  public void start() throws IOException {
    Path directory = Files.createTempDirectory("borrow");
    Site site = new Site();
    site.begin(PosternBuilder.create().people(site).dataFolder(directory).connector("ssh"));
    vault = new SlowVault(Duration.ofMillis(millis));
    postern =
        new BuildPhases(
            directory,
            site,
            List.of(new ConnectorConfiguration("ssh", Settings.none(), Optional.empty())),
            List.of(ManagerConfiguration.byHand("slow", vault, Settings.none())),
            false);
    Injector injector = postern.injector();
    lending = injector.getInstance(Lending.class);
    database = injector.getInstance(Database.class);
    ids = injector.getInstance(Ids.class);
  }

  @Benchmark
  public Object throughTheCore() {
    SessionId session = SessionId.of(ids.next());
    Borrowed borrowed =
        lending.borrow(
            new Loan(
                maya,
                session,
                endpoint,
                new CandidateId("slow", "app"),
                Instant.now().plusSeconds(60),
                false));
    borrowed.credential().close();
    database.change(
        tx -> {
          lending.giveBack(tx, session, Duration.ZERO);
          return true;
        });
    lending.settle(session);
    return borrowed;
  }

  @Benchmark
  public Object bareCalls() {
    CallContext call =
        new CallContext(
            maya,
            Optional.empty(),
            Optional.of(endpoint.item()),
            "log-on",
            "1",
            Instant.now().plusSeconds(15));
    Lent lent = vault.resolve(new ResolveRequest("app", endpoint, call));
    lent.credential().close();
    vault.release(new ReleaseRequest("app", "", call));
    return lent;
  }

  @TearDown
  public void end() {
    postern.close();
  }
}
