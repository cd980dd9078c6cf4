package io.postern.credential.vault;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * What the driver takes for its HTTP client: one request of its, carried by our own exchange with
 * our own token, time limit and checks. The driver sees the answer only when it is whole and of a
 * status that it judges rightly.
 */
final class DriverClient extends HttpClient {
  /** Asks Vault for the driver. */
  interface Carrier extends Function<HttpRequest, Answer> {}

  private final Carrier carrier;

  DriverClient(Carrier carrier) {
    this.carrier = carrier;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    try (Answer answer = carrier.apply(request)) {
      HttpHeaders headers =
          HttpHeaders.of(
              Map.of("Content-Type", List.of(answer.wire().header("content-type").orElse(""))),
              (name, value) -> true);
      BodySubscriber<T> subscriber = handler.apply(new Info(answer.status(), headers));
      subscriber.onSubscribe(new Nothing());
      subscriber.onNext(List.of(ascii(answer.wire().body())));
      subscriber.onComplete();
      T body = subscriber.getBody().toCompletableFuture().join();
      return new Response<>(answer.status(), request, headers, body);
    }
  }

  /**
   * JSON with every sign beyond ASCII escaped: the driver takes the body through the platform's
   * charset, which on Java 17 may be one that loses them.
   */
  static ByteBuffer ascii(ByteBuffer json) {
    StringBuilder text = new StringBuilder();
    StandardCharsets.UTF_8
        .decode(json)
        .chars()
        .forEach(
            one -> {
              if (one < 0x80) {
                text.append((char) one);
              } else {
                text.append(String.format("\\u%04x", one));
              }
            });
    return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    throw new UnsupportedOperationException("the driver asks and waits");
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> push) {
    throw new UnsupportedOperationException("the driver asks and waits");
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return Optional.empty();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return Optional.empty();
  }

  @Override
  public Redirect followRedirects() {
    return Redirect.NEVER;
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return Optional.empty();
  }

  @Override
  public SSLContext sslContext() {
    throw new UnsupportedOperationException("trust is the exchange's");
  }

  @Override
  public SSLParameters sslParameters() {
    throw new UnsupportedOperationException("trust is the exchange's");
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return Optional.empty();
  }

  @Override
  public Version version() {
    return Version.HTTP_1_1;
  }

  @Override
  public Optional<Executor> executor() {
    return Optional.empty();
  }

  private record Info(int statusCode, HttpHeaders headers) implements HttpResponse.ResponseInfo {
    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }

  /** All is there at once, so there is nothing to ask for. */
  private static final class Nothing implements Flow.Subscription {
    @Override
    public void request(long count) {}

    @Override
    public void cancel() {}
  }

  private record Response<T>(int statusCode, HttpRequest request, HttpHeaders headers, T body)
      implements HttpResponse<T> {
    @Override
    public Optional<HttpResponse<T>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public Optional<SSLSession> sslSession() {
      return Optional.empty();
    }

    @Override
    public java.net.URI uri() {
      return request.uri();
    }

    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }
}
