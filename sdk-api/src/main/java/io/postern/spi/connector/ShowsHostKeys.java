package io.postern.spi.connector;

import io.postern.jump.HostKey;
import io.postern.spi.CallContext;

/**
 * Implemented by a {@link Connector} whose hosts prove themselves by a key. Postern then asks for a
 * key that is enrolled before it connects (rule INJ-5); without this interface it asks for none,
 * and nothing can be enrolled.
 *
 * <p>Such a connector has {@link Connector.HostKeys#verify} judge the key at every log-on.
 */
public interface ShowsHostKeys {
  /**
   * Asks the endpoint for its host key without logging on. For enrolment only: it proves nothing by
   * itself. Blocks for the network; fails as {@link Connector} says.
   */
  HostKey showHostKey(ShowHostKeyRequest request);

  /**
   * Which endpoint to ask.
   *
   * @param endpoint where
   * @param call on whose behalf and until when
   */
  record ShowHostKeyRequest(Endpoint endpoint, CallContext call) {}
}
