package io.postern.spi.credential;

import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.CredentialProvider.Lent;
import java.time.Instant;

/**
 * Implemented by a {@link CredentialProvider} whose accounts can be held by one at a time. Both
 * calls have a side effect: Postern makes each at most once unless it is known that it did nothing
 * (rule ECM-9), and gives the same {@link CallContext#callId} when it asks again.
 *
 * <p>Whether an account is exclusive stands with the credential that was found. {@link
 * CredentialProvider#resolve} of an exclusive key is for the person who has it checked out, whose
 * sessions use it meanwhile; anyone else is refused with DENIED, the holder named. A check-out of a
 * key that is not exclusive any more lends it as resolve does: nobody holds it.
 */
public interface ChecksOutAccounts {
  /**
   * Takes an exclusive account for the person until {@code until}.
   *
   * @throws ProviderException DENIED with the holder named when somebody else has it
   */
  Lent checkOut(CheckOutRequest request);

  /** Gives it back. Called until it returns once; called again after that it does nothing. */
  void checkIn(ReleaseRequest request);

  /**
   * Which account, where, and until when.
   *
   * @param key the credential, as {@link FoundCredential#key} named it
   * @param endpoint where it is to log on
   * @param until the store may take it back after this instant
   * @param call on whose behalf and until when the answer is waited for
   */
  record CheckOutRequest(String key, Endpoint endpoint, Instant until, CallContext call) {}
}
