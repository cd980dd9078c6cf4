package io.postern.credential.aws;

import io.postern.credential.aws.Exchange.Prepared;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.json.JsonBody;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Sends requests to Secrets Manager and brings the answers, each by its deadline. A request is sent
 * once: nothing here or below it tries again.
 *
 * <p>All that the SDK does runs on this one's threads, which end when it is closed: so nothing of
 * it stays behind on the host's, and no class of the plug-in with it.
 */
final class Wire implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Wire.class);
  private static final int MAX_THREADS = 64;

  /**
   * Where and how long.
   *
   * @param region as the settings name it
   * @param endpoint instead of where the region has the service
   * @param connecting how long a connection may take to stand
   * @param silence how long an answer may pause
   */
  record Route(
      Optional<String> region, Optional<URI> endpoint, Duration connecting, Duration silence) {}

  private final Route route;
  private final AccessKeys keys;
  private final InstantSource clock;
  private final Faults faults;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ThreadPoolExecutor threads;
  private volatile @Nullable SdkHttpClient http;
  private volatile @Nullable String region;

  Wire(Route route, AccessKeys keys, InstantSource clock, String instance, Faults faults) {
    this.route = route;
    this.keys = keys;
    this.clock = clock;
    this.faults = faults;
    AtomicInteger made = new AtomicInteger();
    ClassLoader loader = Wire.class.getClassLoader();
    threads =
        new ThreadPoolExecutor(
            0,
            MAX_THREADS,
            5,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread =
                  new Thread(work, "postern-aws-" + instance + "-" + made.incrementAndGet());
              thread.setDaemon(true);
              thread.setContextClassLoader(loader);
              return thread;
            });
  }

  /**
   * Asks once, and waits until the deadline. The caller closes the answer, which may be a refusal.
   *
   * @param about the secret it is about, or an empty text
   * @param body closed here
   */
  Answer exchange(Operation operation, String about, JsonBody body, TimeLimit limit) {
    if (closed.getCount() == 0) {
      body.close();
      throw faults.closed();
    }
    if (limit.isOver()) {
      body.close();
      throw faults.tooLate(operation, about);
    }
    Exchange exchange = new Exchange(() -> prepare(operation, body), body);
    long start = System.nanoTime();
    try {
      Answer answer = exchange.await(threads, limit.left());
      log.debug(
          "asked operation={} secret={} status={} request={} ms={}",
          operation.action(),
          about,
          answer.status(),
          answer.requestId(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      return answer;
    } catch (TimeoutException e) {
      throw faults.timedOut(operation, about, exchange.wasSent());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw faults.interrupted(operation, about, exchange.wasSent(), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof ProviderException known
          ? known
          : faults.failed(operation, about, exchange.wasSent(), cause);
    } catch (RejectedExecutionException e) {
      throw closed.getCount() == 0 ? faults.closed() : faults.tooMany(operation, about, e);
    }
  }

  private Prepared prepare(Operation operation, JsonBody body) {
    String where = region();
    SdkHttpClient client = http();
    URI endpoint = route.endpoint().orElseGet(() -> usualEndpoint(where));
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(endpoint)
            .encodedPath("/")
            .putHeader("Content-Type", "application/x-amz-json-1.1")
            // Known beforehand, so that the JDK streams it: what it has stored it would send twice.
            .putHeader("Content-Length", Integer.toString(body.written().remaining()))
            .putHeader("X-Amz-Target", "secretsmanager." + operation.action())
            .putHeader("User-Agent", "postern-credential-aws")
            .build();
    Signature signature = new Signature("secretsmanager", where);
    return new Prepared(
        signature.sign(request, body.stream(), keys.current(client, where), clock.instant()),
        client);
  }

  private static URI usualEndpoint(String region) {
    String suffix = Region.of(region).metadata().partition().dnsSuffix();
    return URI.create("https://secretsmanager." + region + "." + suffix);
  }

  private String region() {
    String known = region;
    if (known == null) {
      known =
          route
              .region()
              .orElseGet(() -> DefaultAwsRegionProviderChain.builder().build().getRegion().id());
      region = known;
    }
    return known;
  }

  /** The one client of this instance: connections are shared by those that have the same one. */
  private synchronized SdkHttpClient http() {
    SdkHttpClient made = http;
    if (made == null) {
      // By name: with several on the class path the SDK silently picks one.
      made =
          UrlConnectionHttpClient.builder()
              .connectionTimeout(route.connecting())
              .socketTimeout(route.silence())
              .build();
      http = made;
    }
    return made;
  }

  /** Waits, or less long when it is closed meanwhile. */
  void pause(Duration pause, TimeLimit limit) {
    Duration left = limit.left();
    Duration time = left.compareTo(pause) < 0 ? left : pause;
    try {
      if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw faults.closed();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw faults.interrupted(Operation.DESCRIBE, "", false, e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    threads.shutdownNow();
    keys.close();
    SdkHttpClient made = http;
    if (made != null) {
      made.close();
    }
  }
}
