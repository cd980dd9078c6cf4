package io.postern.spi.credential;

import io.postern.credential.Secret;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;

/**
 * Changes the password of an account at its endpoint; given by the host for stores that only keep
 * passwords.
 *
 * <p>Blocks until {@link CallContext#deadline}; called from several threads.
 */
public interface PasswordChanger {
  /**
   * What is to be changed.
   *
   * @param endpoint where the account lives
   * @param username the account
   * @param current the password as far as the store knows
   * @param next the password it is to have
   * @param call on whose behalf and until when
   */
  record Change(
      Endpoint endpoint, String username, Secret current, Secret next, CallContext call) {}

  /**
   * Makes {@code change.next()} the account's password. Succeeds also when it is already, because a
   * crash after the change makes Postern ask again.
   *
   * @throws RuntimeException any, when the account keeps the current password or nobody knows. To
   *     Postern it is CREDENTIAL_ROTATION_FAILED, whatever it was: it is asked again after 10 s and
   *     then ever later, six times in about an hour, and then a person is called. So one that logs
   *     on with the current password tries a wrong one that often, and no more
   */
  void change(Change change);
}
