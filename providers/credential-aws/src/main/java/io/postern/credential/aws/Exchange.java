package io.postern.credential.aws;

import io.postern.spi.json.JsonBody;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * One request and its answer, on a thread of its own: the JDK's HTTP cannot be interrupted, and a
 * name server or a server that sends byte after byte can keep it for long. Whoever waits leaves at
 * the deadline, and what comes later is wiped.
 *
 * <p>The body is opened only when the connection stands, and never after the waiter has left: so it
 * is known whether the service can have acted.
 */
final class Exchange implements Runnable {
  private enum Phase {
    NOT_SENT,
    SENT,
    LEFT
  }

  /** Signs and names where to send; may itself ask others, such as for a role's credentials. */
  interface Preparation {
    Prepared prepare() throws IOException;
  }

  /** A request that is signed, and what sends it. */
  record Prepared(SdkHttpRequest request, SdkHttpClient http) {}

  private final Preparation preparation;
  private final JsonBody body;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NOT_SENT);
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private volatile @Nullable ExecutableHttpRequest running;

  /** Takes the body over: it is wiped when this has run. */
  Exchange(Preparation preparation, JsonBody body) {
    this.preparation = preparation;
    this.body = body;
  }

  @Override
  public void run() {
    try (body) {
      Prepared prepared = preparation.prepare();
      HttpExecuteRequest request =
          HttpExecuteRequest.builder()
              .request(prepared.request())
              .contentStreamProvider(this::open)
              .build();
      ExecutableHttpRequest call = prepared.http().prepareRequest(request);
      running = call;
      if (answer.isDone()) {
        return; // Nobody waits: not worth a connection.
      }
      Answer read = Answer.read(call.call());
      if (!answer.complete(read)) {
        read.close();
      }
    } catch (IOException | RuntimeException | Error e) {
      // An Error too goes to whoever waits: what runs on this thread has nobody else to tell.
      answer.completeExceptionally(e);
    }
  }

  private InputStream open() {
    if (!phase.compareAndSet(Phase.NOT_SENT, Phase.SENT)) {
      throw new CancellationException("nobody waits for the answer any more");
    }
    return body.stream();
  }

  /** Whether a byte of the request may have left; once no, never yes after {@link #await} threw. */
  boolean wasSent() {
    return phase.get() == Phase.SENT;
  }

  /**
   * Runs on one of the threads and waits.
   *
   * @throws TimeoutException when the time is over
   * @throws InterruptedException when the waiter is called off
   * @throws ExecutionException when it failed
   * @throws RejectedExecutionException when there is no thread for it
   */
  Answer await(Executor threads, Duration time)
      throws TimeoutException, InterruptedException, ExecutionException {
    try {
      threads.execute(this);
    } catch (RejectedExecutionException e) {
      body.close();
      throw e;
    }
    try {
      return answer.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | InterruptedException e) {
      leave(threads);
      throw e;
    }
  }

  private void leave(Executor threads) {
    phase.compareAndSet(Phase.NOT_SENT, Phase.LEFT);
    if (!answer.cancel(false) && !answer.isCompletedExceptionally()) {
      answer.join().close(); // It came in this very moment.
    }
    ExecutableHttpRequest call = running;
    if (call != null) {
      try {
        // Elsewhere: the JDK's streams make whoever closes them wait for whoever reads them.
        threads.execute(call::abort);
      } catch (RejectedExecutionException e) {
        // Closing, or all threads are taken: then the read's own time limit ends it.
      }
    }
  }
}
