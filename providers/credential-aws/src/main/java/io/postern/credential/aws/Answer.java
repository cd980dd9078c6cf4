package io.postern.credential.aws;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * What the service answered. The body lies outside the heap and is wiped by {@link #close}: it may
 * hold a secret.
 *
 * @param status the HTTP status; something below 100 when it was no HTTP
 * @param errorType what the header {@code x-amzn-ErrorType} says, or an empty text
 * @param requestId what AWS's support asks for, or an empty text
 * @param body from its position to its limit
 */
record Answer(int status, String errorType, String requestId, ByteBuffer body)
    implements AutoCloseable {
  /** A page of a hundred secrets with fifty tags each is below this. */
  static final int MAX_BYTES = 8 << 20;

  /** Reads an answer to its end. */
  static Answer read(HttpExecuteResponse response) throws IOException {
    SdkHttpResponse head = response.httpResponse();
    ByteBuffer body = ByteBuffer.allocateDirect(8_192);
    byte[] chunk = new byte[8_192];
    boolean whole = false;
    try (InputStream in = response.responseBody().map(InputStream.class::cast).orElse(null)) {
      for (int count = read(in, chunk); count >= 0; count = read(in, chunk)) {
        if (body.position() + count > MAX_BYTES) {
          throw new IOException("the answer has more than " + MAX_BYTES + " bytes");
        }
        body = OffHeap.roomFor(body, count).put(chunk, 0, count);
      }
      body.flip();
      // The JDK takes the end of a connection for the end of the answer.
      long told = head.firstMatchingHeader("Content-Length").map(Answer::number).orElse(-1L);
      if (told >= 0 && told != body.remaining()) {
        throw new IOException("the answer ends after " + body.remaining() + " of " + told);
      }
      whole = true;
      return new Answer(
          head.statusCode(),
          head.firstMatchingHeader("x-amzn-ErrorType").orElse(""),
          head.firstMatchingHeader("x-amzn-RequestId").orElse(""),
          body);
    } finally {
      OffHeap.wipe(chunk);
      if (!whole) {
        OffHeap.wipe(body);
      }
    }
  }

  private static int read(@org.jspecify.annotations.Nullable InputStream in, byte[] chunk)
      throws IOException {
    return in == null ? -1 : in.read(chunk);
  }

  private static long number(String header) {
    try {
      return Long.parseLong(header.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  boolean isSuccess() {
    return status / 100 == 2;
  }

  @Override
  public void close() {
    OffHeap.wipe(body);
  }

  /** No body. */
  @Override
  public String toString() {
    return "Answer[" + status + " " + errorType + "]";
  }
}
