package io.postern.credential.aws;

import io.postern.spi.json.Json;
import io.postern.spi.json.JsonException;
import io.postern.spi.json.WipedBytes;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * What the service answered. The body lies outside the heap and is wiped by {@link #close}: it may
 * hold a secret.
 *
 * @param status the HTTP status; something below 100 when it was no HTTP
 * @param errorType what the header {@code x-amzn-ErrorType} says, or an empty text
 * @param requestId what AWS's support asks for, or an empty text
 * @param content the body
 */
record Answer(int status, String errorType, String requestId, WipedBytes content)
    implements AutoCloseable {
  /** A page of a hundred secrets with fifty tags each is below this. */
  static final int MAX_BYTES = 8 << 20;

  /** Reads an answer to its end. */
  static Answer read(HttpExecuteResponse response) throws IOException {
    SdkHttpResponse head = response.httpResponse();
    try (InputStream in =
        response
            .responseBody()
            .map(InputStream.class::cast)
            .orElseGet(InputStream::nullInputStream)) {
      WipedBytes content = WipedBytes.readFrom(in, MAX_BYTES);
      // The JDK takes the end of a connection for the end of the answer.
      long told = head.firstMatchingHeader("Content-Length").map(Answer::number).orElse(-1L);
      if (told >= 0 && told != content.size()) {
        try (content) {
          throw new IOException("the answer ends after " + content.size() + " of " + told);
        }
      }
      return new Answer(
          head.statusCode(),
          head.firstMatchingHeader("x-amzn-ErrorType").orElse(""),
          head.firstMatchingHeader("x-amzn-RequestId").orElse(""),
          content);
    }
  }

  private static long number(String header) {
    try {
      return Long.parseLong(header.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /**
   * The body.
   *
   * @throws JsonException when it is no JSON
   */
  Json json() {
    return Json.parse(content.written());
  }

  boolean isSuccess() {
    return status / 100 == 2;
  }

  @Override
  public void close() {
    content.close();
  }

  /** No body. */
  @Override
  public String toString() {
    return "Answer[" + status + " " + errorType + "]";
  }
}
