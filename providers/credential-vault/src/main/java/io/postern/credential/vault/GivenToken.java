package io.postern.credential.vault;

import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.time.Duration;

/** A token that the host gave, as it is or wrapped. */
final class GivenToken implements LogOn {
  private final Secret given;
  private final boolean wrapped;

  /**
   * @param given belongs to the host
   */
  GivenToken(Secret given, boolean wrapped) {
    this.given = given;
    this.wrapped = wrapped;
  }

  @Override
  public Granted logOn(Server server, TimeLimit limit) {
    if (wrapped) {
      return Wrapping.token(server, given, limit);
    }
    Ask ask = Ask.reading("auth/token/lookup-self", "looking at Postern's own token");
    try (Answer answer = server.ask(ask, given, limit)) {
      return new Granted(
          given.copy(),
          Duration.ofSeconds(Math.max(0, answer.number("data", "ttl"))),
          answer.isTrue("data", "renewable"));
    } catch (ProviderException e) {
      if (e.failure() != Failure.DENIED) {
        throw e;
      }
      throw server
          .faults()
          .denied(
              "it does not know the token of setting 'token', or does not let it look at itself;"
                  + " give a token that is valid and has the policy 'default'",
              e.logText());
    }
  }

  @Override
  public boolean isRepeatable() {
    return !wrapped;
  }
}
