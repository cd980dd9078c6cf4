package io.postern.spi.credential;

import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import java.util.Optional;

/**
 * Implemented by a {@link CredentialProvider} that can replace a secret by a new one. Postern makes
 * the call at most once at a time for one credential, also when it runs past its deadline, and,
 * after a failure, again with the same {@link CallContext#callId} until it succeeds (rule OUT-4): a
 * provider that got half way must be able to finish, also what another instance of its group began.
 *
 * <p>No right of the person's is checked: a rotation is owed by a lease, and runs after the person
 * who held it may have left. {@link CallContext#person} says whose lease it was.
 */
public interface RotatesCredentials {
  /**
   * Replaces the secret.
   *
   * <ul>
   *   <li><b>CP-ROTATE-1</b> MUST leave {@link CredentialProvider#resolve} giving the new one when
   *       it returns, the one that the changer was given, if it was asked.
   *   <li><b>CP-ROTATE-2</b> MUST finish what got half way when asked again with the same call id:
   *       with the same new secret, which the endpoint may have by then.
   *   <li><b>CP-ROTATE-3</b> MUST answer a key that the store does not have with NOT_FOUND.
   *   <li><b>CP-ROTATE-4</b> MUST fail with MISCONFIGURED, and change nothing, when it needs a
   *       changer and has none.
   *   <li><b>CP-ROTATE-5</b> MUST answer a failure of the changer with ROTATION_FAILED: the store
   *       works. After UNAVAILABLE Postern takes the instance for lost, and asks again as soon as
   *       it answers, without end: a changer that logs on would lock the account.
   * </ul>
   *
   * @throws ProviderException MISCONFIGURED when the store needs a {@link PasswordChanger} and
   *     there is none; ROTATION_FAILED when the changer failed, when the store's own rotation did,
   *     or is not through in time, and when somebody else is rotating the credential: asked again
   *     after 10 s and then ever later, six times in all
   */
  void rotate(RotateRequest request);

  /**
   * Which credential, and who can change it where it is used.
   *
   * @param key the credential
   * @param endpoint where it logs on: as it was when the secret was lent
   * @param changer changes the password at the endpoint, for stores that only keep it; empty when
   *     the host gave none
   * @param call on whose behalf and until when the answer is waited for
   */
  record RotateRequest(
      String key, Endpoint endpoint, Optional<PasswordChanger> changer, CallContext call) {}
}
