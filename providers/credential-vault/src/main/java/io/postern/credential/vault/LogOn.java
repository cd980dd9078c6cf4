package io.postern.credential.vault;

import io.postern.credential.Secret;
import java.time.Duration;

/** A way to come by a token of Vault's. */
interface LogOn extends AutoCloseable {
  /**
   * Gets a token.
   *
   * @throws io.postern.spi.credential.ProviderException DENIED when Vault does not know us
   */
  Granted logOn(Server server, TimeLimit limit);

  /** Whether {@link #logOn} may get another token later than the first one. */
  boolean isRepeatable();

  /** Wipes what it kept. */
  @Override
  default void close() {}

  /**
   * A token as it was granted.
   *
   * @param token the receiver closes it
   * @param life how long it lives; nothing when it has no end
   * @param renewable whether it can be made to live longer
   */
  record Granted(Secret token, Duration life, boolean renewable) {
    /**
     * From the part {@code auth} of an answer.
     *
     * @see "https://developer.hashicorp.com/vault/api-docs/auth/approle#login-with-approle"
     */
    static Granted from(Ask ask, Answer answer, Server server) {
      Secret token =
          answer
              .secret("auth", "client_token")
              .orElseThrow(() -> server.useless(ask, "no auth.client_token"));
      if (!isToken(token)) {
        token.close();
        throw server.useless(ask, "auth.client_token is no token");
      }
      return new Granted(
          token,
          Duration.ofSeconds(Math.max(0, answer.number("auth", "lease_duration"))),
          answer.isTrue("auth", "renewable"));
    }

    /** Whether it can stand in a header: else it could end the line and begin another. */
    static boolean isToken(Secret token) {
      return token.use(
          bytes -> {
            boolean printable = bytes.hasRemaining();
            while (bytes.hasRemaining()) {
              byte one = bytes.get();
              printable &= one > 0x20 && one < 0x7f;
            }
            return printable;
          });
    }
  }
}
