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
 *
 * <p>Several instances can form the group of one manager, such as three nodes of one store (rule
 * ECM-8). They front the same store: what one lent, another can be asked to renew, give back, check
 * in or rotate, so an instance keeps nothing that is needed for that. After UNAVAILABLE or
 * TIMED_OUT the next instance is asked, as far as that is safe: a call that lends, signs or rotates
 * only when the failure is known to be {@linkplain ProviderException#withoutEffect without effect}.
 * So give connecting a limit of its own, well below the deadline, and say of a connection that
 * could not be made that it had no effect; of anything later, only where the store answered so.
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
