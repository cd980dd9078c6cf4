package io.postern.core.injection;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.spi.injection.Injector.Gate;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** A client of the Java platform's that goes to one place, with one header more. */
final class SingleHostClient implements HttpAccess {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI place;
  private final String header;
  private final Supplier<String> value;
  private final Gate gate;
  private final AutoCloseable credential;
  private final ExecutorService threads;
  private final HttpClient client;
  private final Set<Cut> underWay = ConcurrentHashMap.newKeySet();
  private final OneTry tries;
  private volatile boolean closed;

  /** Ends something that is under way. */
  interface Cut {
    void cut();
  }

  SingleHostClient(
      String place,
      Optional<SSLContext> trust,
      String header,
      Supplier<String> value,
      Gate gate,
      AutoCloseable credential) {
    this.place = URI.create(place);
    this.header = header;
    this.value = value;
    this.gate = gate;
    this.credential = credential;
    this.tries = new OneTry(place);
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(null, task, "postern-http", 0, false);
              thread.setDaemon(true);
              return thread;
            });
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .executor(threads)
            .connectTimeout(PATIENCE)
            // Where somebody else answers, the credential has no business.
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY);
    if (!this.place.getScheme().equals("https")) {
      builder.version(HttpClient.Version.HTTP_1_1);
    }
    trust.ifPresent(builder::sslContext);
    this.client = builder.build();
  }

  @Override
  public HttpRequest.Builder request(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("the path '" + path + "' must begin with a slash");
    }
    return HttpRequest.newBuilder(URI.create(place + path));
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    requireHere(request.uri());
    OneTry.Leave leave = tries.begin(request.timeout().orElse(PATIENCE));
    try {
      gate.requireOpen();
      return new HiddenRequestResponse<>(request, answer(carrying(request), body, leave));
    } finally {
      tries.over(leave);
    }
  }

  private HttpRequest carrying(HttpRequest request) {
    HttpRequest.Builder with =
        HttpRequest.newBuilder(request, (name, values) -> !name.equalsIgnoreCase(header));
    if (request.timeout().isEmpty()) {
      with.timeout(PATIENCE);
    }
    request
        .bodyPublisher()
        .ifPresent(upload -> with.method(request.method(), new GatedUpload(upload, gate)));
    return with.setHeader(header, value.get()).build();
  }

  private <T> HttpResponse<T> answer(
      HttpRequest request, HttpResponse.BodyHandler<T> body, OneTry.Leave leave) {
    CuttableBody<T> cuttable = new CuttableBody<>(body, underWay, gate);
    CompletableFuture<HttpResponse<T>> answer =
        client.sendAsync(
            request,
            info -> {
              // As soon as it is known: others may wait for it, and a body can be endless.
              told(leave, info.statusCode());
              return cuttable.apply(info);
            });
    Cut cut = () -> answer.cancel(true);
    underWay.add(cut);
    try {
      if (closed) {
        cut.cut();
      }
      return answer.get();
    } catch (InterruptedException e) {
      cut.cut();
      Thread.currentThread().interrupt();
      throw new PosternException(
          ErrorCode.INTERRUPTED, "the thread was interrupted while it waited for " + place, e);
    } catch (java.util.concurrent.CancellationException e) {
      throw new PosternException(
          ErrorCode.SESSION_ENDED, "the request to " + place + " was cut off: its session ended");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      underWay.remove(cut);
    }
  }

  private void told(OneTry.Leave leave, int status) {
    if (status >= 200 && status < 300) {
      tries.taken(leave);
    } else if (status == 401) {
      tries.refused(leave);
    } else {
      tries.over(leave);
    }
  }

  private void requireHere(URI asked) {
    boolean here =
        place.getScheme().equalsIgnoreCase(asked.getScheme())
            && place.getHost().equalsIgnoreCase(asked.getHost())
            && place.getPort() == port(asked)
            && asked.getRawUserInfo() == null;
    if (!here) {
      throw new PosternException(
          ErrorCode.INPUT_INVALID,
          "the credential goes to "
              + place
              + " and nowhere else; begin the request with HttpAccess.request");
    }
  }

  private static int port(URI asked) {
    if (asked.getPort() != -1) {
      return asked.getPort();
    }
    return "https".equalsIgnoreCase(asked.getScheme()) ? 443 : 80;
  }

  private PosternException failure(@org.jspecify.annotations.Nullable Throwable thrown) {
    if (closed) {
      return new PosternException(
          ErrorCode.SESSION_ENDED, "the request to " + place + " was cut off: its session ended");
    }
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof PosternException refusal) {
        return new PosternException(
            refusal.code(),
            "the exchange with " + place + " was broken off: " + refusal.getMessage());
      }
    }
    if (thrown instanceof HttpTimeoutException
        && !(thrown instanceof HttpConnectTimeoutException)) {
      return failure(ErrorCode.ENDPOINT_TIMED_OUT, "did not answer in time", thrown);
    }
    if (thrown instanceof ConnectException refused
        && refused.getCause() instanceof UnresolvedAddressException) {
      return failure(ErrorCode.ENDPOINT_UNREACHABLE, "is a name that is not known", thrown);
    }
    if (thrown instanceof HttpConnectTimeoutException) {
      return failure(ErrorCode.ENDPOINT_UNREACHABLE, "cannot be reached", thrown);
    }
    if (thrown instanceof ConnectException) {
      return failure(ErrorCode.ENDPOINT_REFUSED, "refuses connections", thrown);
    }
    if (thrown instanceof SSLException) {
      return failure(
          ErrorCode.ENDPOINT_PROTOCOL,
          "is not trusted or speaks no TLS (" + thrown.getMessage() + ")",
          thrown);
    }
    if (thrown instanceof IOException) {
      return failure(ErrorCode.ENDPOINT_CLOSED, "broke the exchange off", thrown);
    }
    // By its kind alone: code of the platform's or of the caller's that should not be there.
    return new PosternException(
        ErrorCode.ENDPOINT_PROTOCOL,
        "the exchange with "
            + place
            + " failed: "
            + (thrown == null ? "unknown" : thrown.getClass().getName()));
  }

  private PosternException failure(ErrorCode code, String what, Throwable thrown) {
    return new PosternException(code, place + " " + what + "; see whether it is up", thrown);
  }

  /** Cuts everything off, and leaves the credential to its owner. */
  void disconnect() {
    closed = true;
    underWay.forEach(Cut::cut);
    try {
      // From Java 21 on a client can be closed; before that the collector does it.
      if (client instanceof AutoCloseable closeable) {
        closeable.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException("an HTTP client does not close", e);
    } finally {
      threads.shutdown();
    }
  }

  @Override
  public void close() {
    try {
      disconnect();
    } finally {
      closeCredential();
      gate.closed();
    }
  }

  private void closeCredential() {
    try {
      credential.close();
    } catch (Exception e) {
      throw new IllegalStateException("a credential does not close", e);
    }
  }

  @Override
  public String toString() {
    return "HTTP access to " + place;
  }
}
