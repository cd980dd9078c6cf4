package io.postern.spi.credential;

import io.postern.spi.CallContext;
import java.time.Instant;

/** Implemented by a {@link CredentialProvider} whose leases can be made to last longer. */
public interface RenewsLeases {
  /**
   * Lets a lease last until {@code until}, or as long as the store allows. May be asked of another
   * instance than the one that lent, and again with the same {@link CallContext#callId}.
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
