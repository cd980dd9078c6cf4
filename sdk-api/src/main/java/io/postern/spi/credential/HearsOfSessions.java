package io.postern.spi.credential;

import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;

/**
 * Implemented by a {@link CredentialProvider} that wants to know when sessions use what it lent,
 * such as for its own audit. Nothing waits for it: what it throws is logged and not repeated, and a
 * crash may swallow a call.
 *
 * <ul>
 *   <li><b>CP-HEAR-1</b> SHOULD throw nothing: nobody does anything about it.
 * </ul>
 */
public interface HearsOfSessions {
  /** A session has logged on with a credential of this provider. */
  void sessionStarted(SessionNote note);

  /** A session that was told of has ended. */
  void sessionEnded(SessionNote note);

  /**
   * Which session, and with which credential.
   *
   * @param key the credential
   * @param endpoint where
   * @param call on whose behalf; {@link CallContext#session} is there
   */
  record SessionNote(String key, Endpoint endpoint, CallContext call) {}
}
