package io.postern.spi.json;

import static java.util.Objects.requireNonNull;

/**
 * Bytes are no JSON, or not the JSON that was expected. Says what is missing or wrong and at which
 * byte, and nothing of what stands there: it may be a secret.
 *
 * <p>A provider turns it into one of its closed set, mostly {@link
 * io.postern.spi.credential.ProviderException.Failure#UNAVAILABLE}: whoever answered was not the
 * store.
 */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * For whoever reads a store's answers: it lacks what it must have.
   *
   * @param message such as {@code no 'data.password'}; no content of the JSON
   */
  public JsonException(String message) {
    super(requireNonNull(message, "message"));
  }

  /** What is wrong at which byte, counted from 0 at the first byte that was parsed. */
  static JsonException at(int position, String what) {
    return new JsonException(what + " at byte " + position);
  }
}
