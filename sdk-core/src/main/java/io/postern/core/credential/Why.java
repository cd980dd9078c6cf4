package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.spi.credential.ProviderException;

/**
 * Why something came to nothing (rule ECM-7).
 *
 * @param text for people; kept with what it concerns
 * @param log what the log has beside it; may be empty
 */
record Why(String text, String log) {
  static Why of(PosternException failure) {
    return new Why(
        Setbacks.text(failure), failure instanceof ProviderException known ? known.logText() : "");
  }

  static Why of(String text) {
    return new Why(text, "");
  }
}
