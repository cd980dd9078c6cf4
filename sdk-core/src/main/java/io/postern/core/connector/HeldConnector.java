package io.postern.core.connector;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.CredentialKind;
import io.postern.jump.HostKey;
import io.postern.spi.CallContext;
import io.postern.spi.Settings;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.ShowsHostKeys;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connector whose calls nobody waits for longer than their deadline, on threads of its own (rule
 * ECM-6). What it opens after that is closed again.
 */
class HeldConnector implements Connector {
  private static final Logger log = LoggerFactory.getLogger(HeldConnector.class);
  private static final int AT_ONCE = 64;

  /** A connector that keeps its own deadline gets to say how it failed. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final String method;
  private final Connector bare;
  private final InstantSource clock;
  private final Settings settings;
  private final ThreadPoolExecutor threads;

  /** Around a connector, with the capability that it has. */
  static HeldConnector around(
      String method, Connector bare, InstantSource clock, Settings settings) {
    return bare instanceof ShowsHostKeys keys
        ? new WithHostKeys(method, bare, keys, clock, settings)
        : new HeldConnector(method, bare, clock, settings);
  }

  private static final class WithHostKeys extends HeldConnector implements ShowsHostKeys {
    private final ShowsHostKeys keys;

    WithHostKeys(
        String method, Connector bare, ShowsHostKeys keys, InstantSource clock, Settings settings) {
      super(method, bare, clock, settings);
      this.keys = keys;
    }

    @Override
    public HostKey showHostKey(ShowHostKeyRequest request) {
      return held(
          request.call(),
          request.endpoint(),
          () -> requireAnswer("showHostKey", keys.showHostKey(request)),
          late -> {});
    }
  }

  private HeldConnector(String method, Connector bare, InstantSource clock, Settings settings) {
    this.method = method;
    this.bare = bare;
    this.clock = clock;
    this.settings = settings;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            0,
            AT_ONCE,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              String name = "postern-connector-" + method + "-" + number.incrementAndGet();
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              // Not the host's, nor whichever thread asked first: libraries look things up there.
              thread.setContextClassLoader(bare.getClass().getClassLoader());
              return thread;
            });
  }

  @Override
  public Set<CredentialKind> accepts() {
    return answered("accepts", bare::accepts);
  }

  @Override
  public List<String> missing(Endpoint endpoint) {
    return answered("missing", () -> bare.missing(endpoint));
  }

  /**
   * What a connector says of itself; asked on the caller's thread, for it does no input or output.
   */
  private <T> T answered(String what, Supplier<T> question) {
    T answer;
    try {
      answer = question.get();
    } catch (Throwable e) {
      throw broken(what, "it threw " + e.getClass().getName());
    }
    return requireAnswer(what, answer);
  }

  final <T> T requireAnswer(String what, @Nullable T answer) {
    if (answer == null) {
      throw broken(what, "it returned null");
    }
    return answer;
  }

  private PosternException broken(String what, String how) {
    return new PosternException(
        ErrorCode.PLUGIN_FAILED,
        "connector '"
            + method
            + "' broke its contract ("
            + what
            + "): "
            + how
            + "; tell its vendor");
  }

  @Override
  public EndpointConnection open(OpenRequest request) {
    return held(
        request.call(),
        request.endpoint(),
        () -> requireAnswer("open", bare.open(request)),
        // Nobody waits for it any more, so nobody else would close it.
        late -> late.close());
  }

  <T> T held(CallContext call, Endpoint endpoint, Supplier<T> work, Consumer<T> late) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Future<?> task;
    try {
      task = threads.submit(() -> run(work, answer, late));
    } catch (RejectedExecutionException e) {
      throw new PosternException(
          threads.isShutdown() ? ErrorCode.CLOSED : ErrorCode.ENDPOINT_TIMED_OUT,
          threads.isShutdown()
              ? "connector '" + method + "' is closed"
              : "connector '"
                  + method
                  + "' has "
                  + AT_ONCE
                  + " calls under way, its limit; try again later",
          e);
    }
    try {
      return answer.get(call.timeLeft(clock).plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return giveUp(
          answer, task, endpoint, ErrorCode.ENDPOINT_TIMED_OUT, "did not answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return giveUp(
          answer,
          task,
          endpoint,
          ErrorCode.INTERRUPTED,
          "was not waited for; the thread was interrupted",
          e);
    } catch (ExecutionException e) {
      throw failure(e.getCause(), endpoint);
    }
  }

  private static <T> void run(Supplier<T> work, CompletableFuture<T> answer, Consumer<T> late) {
    try {
      T result = work.get();
      if (!answer.complete(result)) {
        Thread.interrupted();
        late.accept(result);
      }
    } catch (Throwable e) {
      // Also an Error: a plug-in that lacks a class must not leave somebody waiting.
      if (!answer.completeExceptionally(e)) {
        log.debug("late failure of a connector type={}", e.getClass().getName());
      }
    }
  }

  private <T> T giveUp(
      CompletableFuture<T> answer,
      Future<?> task,
      Endpoint endpoint,
      ErrorCode code,
      String what,
      Exception cause) {
    PosternException fault =
        new PosternException(
            code,
            endpoint.host()
                + ":"
                + endpoint.port()
                + " ("
                + endpoint.name()
                + ") "
                + what
                + (code == ErrorCode.INTERRUPTED
                    ? ""
                    : "; see whether it is up and reachable from here"),
            cause);
    if (answer.completeExceptionally(fault)) {
      task.cancel(true);
      throw fault;
    }
    try {
      // It answered in the very moment of giving up.
      return answer.join();
    } catch (java.util.concurrent.CompletionException e) {
      throw failure(e.getCause(), endpoint);
    }
  }

  private PosternException failure(@Nullable Throwable thrown, Endpoint endpoint) {
    if (thrown instanceof PosternException known) {
      return known;
    }
    return new PosternException(
        ErrorCode.PLUGIN_FAILED,
        "connector '"
            + method
            + "' broke its contract at "
            + endpoint.host()
            + ":"
            + endpoint.port()
            + ": it threw "
            + (thrown == null ? "nothing" : thrown.getClass().getName())
            + "; tell its vendor");
  }

  /**
   * @throws PosternException PLUGIN_FAILED; its threads and secrets are closed all the same
   */
  @Override
  public void close() {
    threads.shutdownNow();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(bare.getClass().getClassLoader());
    try {
      bare.close();
    } catch (Throwable e) {
      // Also an Error: one that lacks a class must not keep the others open.
      throw broken("close", "it threw " + e.getClass().getName());
    } finally {
      thread.setContextClassLoader(before);
      settings.closeSecrets();
    }
  }
}
