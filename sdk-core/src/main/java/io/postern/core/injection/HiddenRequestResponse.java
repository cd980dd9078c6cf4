package io.postern.core.injection;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** An answer that names the request as it was asked for: the one that was sent has the secret. */
final class HiddenRequestResponse<T> implements HttpResponse<T> {
  private final HttpRequest asked;
  private final HttpResponse<T> answer;

  HiddenRequestResponse(HttpRequest asked, HttpResponse<T> answer) {
    this.asked = asked;
    this.answer = answer;
  }

  @Override
  public int statusCode() {
    return answer.statusCode();
  }

  @Override
  public HttpRequest request() {
    return asked;
  }

  /** None: redirects are not followed. */
  @Override
  public Optional<HttpResponse<T>> previousResponse() {
    return Optional.empty();
  }

  @Override
  public HttpHeaders headers() {
    return answer.headers();
  }

  @Override
  public T body() {
    return answer.body();
  }

  @Override
  public Optional<SSLSession> sslSession() {
    return answer.sslSession();
  }

  @Override
  public URI uri() {
    return answer.uri();
  }

  @Override
  public HttpClient.Version version() {
    return answer.version();
  }

  @Override
  public String toString() {
    return "(" + asked.method() + " " + asked.uri() + ") " + statusCode();
  }
}
