package io.postern.core.credential;

import com.amazonaws.secretsmanager.caching.SecretCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.postern.benchmarks.Site;
import io.postern.core.credential.CandidateKey.Wanted;
import io.postern.credential.Candidate;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CandidateId;
import io.postern.credential.CredentialKind;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
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
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/**
 * Looking up what is remembered, among 1,000 keys: with the key at hand, and with the key made of
 * person and endpoint as each call makes it; beside Caffeine with a time to live, and beside the
 * caching library of AWS on a client that answers at once.
 */
// JMH fills the fields.
@NullUnmarked
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CandidateBenchmark {
  private static final int KEYS = 1_000;

  private final Person maya = new Site().find(Site.MAYA).orElseThrow();
  private final Endpoint[] endpoints = new Endpoint[KEYS];
  private final CandidateKey[] keys = new CandidateKey[KEYS];
  private final String[] names = new String[KEYS];
  private CandidateCache ours;
  private Cache<CandidateKey, List<Candidate>> caffeine;
  private SecretCache aws;

  @Setup
  public void fill() {
    ours =
        new CandidateCache(
            Clock.systemUTC(), new CandidateTimes(Duration.ofMinutes(10), Duration.ofMinutes(15)));
    caffeine =
        Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(Duration.ofMinutes(15)).build();
    aws = new SecretCache(new StubClient());
    for (int i = 0; i < KEYS; i++) {
      endpoints[i] =
          new Endpoint(
              JumpItemId.of("item-" + i),
              "item " + i,
              "ssh",
              "10.0.0." + i,
              22,
              Optional.of(JumpGroupId.of("servers")),
              "blue",
              Map.of("env", "prod"));
      keys[i] = new CandidateKey("vault", Wanted.by(maya, endpoints[i]));
      names[i] = "item-" + i;
      List<Candidate> found =
          List.of(
              new Candidate(
                  new CandidateId("vault", names[i]),
                  "app",
                  "app",
                  CredentialKind.PASSWORD,
                  Precedence.ITEM,
                  false,
                  Optional.empty()));
      CandidateCache.await(ours.look(keys[i], () -> found));
      caffeine.put(keys[i], found);
      aws.getSecretString(names[i]);
    }
  }

  private static int any() {
    return ThreadLocalRandom.current().nextInt(KEYS);
  }

  @Benchmark
  public @Nullable Object remembered() {
    return ours.fresh(keys[any()]);
  }

  @Benchmark
  public @Nullable Object rememberedWithKey() {
    return ours.fresh(new CandidateKey("vault", Wanted.by(maya, endpoints[any()])));
  }

  @Benchmark
  public @Nullable Object bareCaffeine() {
    return caffeine.getIfPresent(keys[any()]);
  }

  @Benchmark
  public @Nullable Object bareCaffeineWithKey() {
    return caffeine.getIfPresent(new CandidateKey("vault", Wanted.by(maya, endpoints[any()])));
  }

  @Benchmark
  public Object awsCache() {
    return aws.getSecretString(names[any()]);
  }

  @TearDown
  public void close() {
    ours.close();
    aws.close();
  }

  /** Answers at once. */
  private static final class StubClient implements SecretsManagerClient {
    @Override
    public DescribeSecretResponse describeSecret(DescribeSecretRequest request) {
      return DescribeSecretResponse.builder()
          .name(request.secretId())
          .versionIdsToStages(Map.of("v1", List.of("AWSCURRENT")))
          .build();
    }

    @Override
    public GetSecretValueResponse getSecretValue(GetSecretValueRequest request) {
      return GetSecretValueResponse.builder()
          .name(request.secretId())
          .versionId("v1")
          .secretString("a candidate's worth of text")
          .build();
    }

    @Override
    public String serviceName() {
      return "secretsmanager";
    }

    @Override
    public void close() {}
  }
}
