package io.postern.core.injection;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * HTTP requests to one host that carry a credential which nobody sees. Safe for use by several
 * threads.
 */
public interface HttpAccess extends AutoCloseable {
  /**
   * Begins a request to the host.
   *
   * @param path path and query as they stand in a URL; begins with a slash
   * @throws IllegalArgumentException when it is none
   */
  HttpRequest.Builder request(String path);

  /**
   * Sends a request with the credential and waits for the answer; for the beginning of the answer
   * 30 seconds unless the request says otherwise. A header of the credential's name in the request
   * is replaced. Redirects are answers like others and are not followed. Neither the answer nor its
   * {@link HttpResponse#request} shows the credential.
   *
   * <p>Bodies that are on their way when the session freezes are broken off, in both directions.
   * Reads of a body as a stream ask the session and throw its refusal; what they hold ready can be
   * read once it goes on.
   *
   * @throws io.postern.PosternException INPUT_INVALID for a request to anywhere else than the jump
   *     item's host and port or by another scheme; SESSION_ENDED, SESSION_FROZEN, TOOL_NOT_ALLOWED;
   *     LOGON_REFUSED when a request before any success was answered with 401, and nothing is sent;
   *     ENDPOINT codes; INTERRUPTED
   */
  <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body);

  /** Cuts off what is under way and wipes the credential. Harmless when done twice. */
  @Override
  void close();
}
