package io.postern.credential.vault;

import io.postern.credential.vault.OwnToken.Loan;
import io.postern.spi.Settings;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.net.URI;
import java.time.InstantSource;

/** One Vault as Postern's own account sees it. */
final class Vault implements AutoCloseable {
  private final Server server;
  private final OwnToken token;

  Vault(Server server, OwnToken token) {
    this.server = server;
    this.token = token;
  }

  static Vault of(Settings settings, InstantSource clock) {
    Trust trust =
        new Trust(
            settings.find(VaultSettings.CA_FILE),
            settings.find(VaultSettings.CERTIFICATE_FILE),
            settings.find(VaultSettings.KEY_FILE));
    Server server =
        new Server(
            URI.create(settings.get(VaultSettings.ADDRESS)),
            settings.find(VaultSettings.NAMESPACE),
            new HttpExchange(trust, settings.get(VaultSettings.CONNECT_TIMEOUT)));
    return new Vault(server, new OwnToken(server, LogOnSettings.logOn(settings), clock));
  }

  Server server() {
    return server;
  }

  Faults faults() {
    return server.faults();
  }

  /**
   * Asks, and once more with another token where Vault does not know this one any longer. A refusal
   * is known to have done nothing, so this holds for whatever acts too.
   *
   * @return the answer, which the caller closes
   */
  Answer ask(Ask ask, TimeLimit limit) {
    try (Loan loan = token.borrow(limit)) {
      try {
        return server.ask(ask, loan.token(), limit);
      } catch (ProviderException e) {
        if (e.failure() != Failure.DENIED || !token.isReplacedAfterRefusal(loan.number(), limit)) {
          throw e;
        }
      }
    }
    try (Loan another = token.borrow(limit)) {
      return server.ask(ask, another.token(), limit);
    }
  }

  /** Makes sure that there is a token that Vault knows. */
  void requireLogOn(TimeLimit limit) {
    ask(Ask.reading("auth/token/lookup-self", "looking at Postern's own token"), limit).close();
  }

  @Override
  public void close() {
    server.close();
    token.close();
  }
}
