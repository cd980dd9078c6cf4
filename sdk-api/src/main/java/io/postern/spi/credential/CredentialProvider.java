package io.postern.spi.credential;

import io.postern.credential.Credential;
import java.util.List;

/**
 * One connection to a store of secrets. The mandatory core is small (rule ECM-5); whatever else a
 * provider can do it says by implementing {@link ChecksOutAccounts}, {@link RenewsLeases} or {@link
 * RotatesCredentials}.
 *
 * <p>Methods block, are called from several threads at once, and return by {@link
 * io.postern.spi.CallContext#deadline}: Postern waits no longer and interrupts the thread. Failures
 * are {@link ProviderException}s of the closed set; any other exception counts as a broken plug-in.
 * An error is never an empty answer, and an empty secret is never an answer (rule ECM-7).
 */
public interface CredentialProvider extends AutoCloseable {
  /** Whether the store answers now. Never throws for a store that is down: that is an answer. */
  Health health(HealthCheck check);

  /**
   * The credentials that fit the person and the endpoint, without secrets. An empty list means that
   * there is none; a store that did not answer is an exception.
   */
  List<FoundCredential> find(FindRequest request);

  /**
   * One secret, with the lease it comes under. What it returns belongs to the caller, who closes
   * it.
   *
   * @throws ProviderException NOT_FOUND, AMBIGUOUS, DENIED or any other of the set
   */
  Lent resolve(ResolveRequest request);

  /**
   * Gives back what {@link #resolve} lent. Called until it returns once; called again after that it
   * does nothing.
   */
  void release(ReleaseRequest request);

  /** Ends the instance. Calls under way may fail. Harmless when done twice. */
  @Override
  void close();

  /**
   * A secret as lent by the store.
   *
   * @param credential the credential; the receiver closes it
   * @param lease what {@link #release} needs to give it back and for how long it is good
   */
  record Lent(Credential credential, LeaseTerms lease) {}
}
