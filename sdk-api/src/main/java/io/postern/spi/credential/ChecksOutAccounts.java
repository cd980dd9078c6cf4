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
   * <ul>
   *   <li><b>CP-OUT-1</b> MUST let one at a time have it, also of several who ask at once: anyone
   *       else, and the same person by another call, is refused with DENIED.
   *   <li><b>CP-OUT-2</b> MUST name the holder in that refusal, by name or id.
   *   <li><b>CP-OUT-3</b> MUST answer the same call id with the same lease while it lasts: an
   *       answer may have been lost.
   *   <li><b>CP-OUT-4</b> MUST lend a key that is not exclusive as {@code resolve} does.
   *   <li><b>CP-OUT-6</b> MUST answer a key that the store does not have with NOT_FOUND.
   * </ul>
   *
   * @throws ProviderException DENIED with the holder named when somebody else has it
   */
  Lent checkOut(CheckOutRequest request);

  /**
   * Gives it back. Called until it returns once.
   *
   * <ul>
   *   <li><b>CP-IN-1</b> MUST let go of it: somebody else can have it then.
   *   <li><b>CP-IN-2</b> MUST return when it is not held (any more), or by nobody that is known.
   *   <li><b>CP-IN-3</b> MUST NOT end a hold that came after the one that is meant: a request may
   *       come late.
   *   <li><b>CP-IN-4</b> MUST go by the call id when the reference was lost: {@link
   *       ReleaseRequest#leaseReference} is empty then; as CP-RELEASE-3.
   * </ul>
   */
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
