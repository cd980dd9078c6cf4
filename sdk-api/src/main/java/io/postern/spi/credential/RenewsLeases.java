package io.postern.spi.credential;

import io.postern.spi.CallContext;
import java.time.Instant;

/** Implemented by a {@link CredentialProvider} whose leases can be made to last longer. */
public interface RenewsLeases {
  /**
   * Lets a lease last until {@code until}, or as long as the store allows. May be asked of another
   * instance than the one that lent, and again with the same {@link CallContext#callId}.
   *
   * <ul>
   *   <li><b>CP-RENEW-1</b> MUST NOT shorten it, whatever was asked for.
   *   <li><b>CP-RENEW-2</b> MUST answer a lease that has ended or was given back with NOT_FOUND.
   * </ul>
   *
   * @return the terms from now on
   * @throws ProviderException NOT_FOUND when the lease has ended already
   */
  LeaseTerms renew(RenewRequest request);

  /**
   * Which lease, and how long it is wanted.
   *
   * @param key the credential
   * @param leaseReference what {@link LeaseTerms#reference} said
   * @param until how long it is needed
   * @param call on whose behalf and until when the answer is waited for
   */
  record RenewRequest(String key, String leaseReference, Instant until, CallContext call) {}
}
