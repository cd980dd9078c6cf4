package io.postern.spi.credential;

import io.postern.credential.Credential;
import java.util.List;

/**
 * One connection to a store of secrets. The mandatory core is small (rule ECM-5); whatever else a
 * provider can do it says by implementing {@link ChecksOutAccounts}, {@link RenewsLeases}, {@link
 * RotatesCredentials}, {@link SignsSshCertificates}, {@link HearsOfSessions} or {@link
 * io.postern.spi.inventory.Inventory}.
 *
 * <p>Methods block and are called from several threads at once. Failures are {@link
 * ProviderException}s of the closed set; any other exception counts as a broken plug-in. An error
 * is never an empty answer, and an empty secret is never an answer (rule ECM-7).
 *
 * <p>Several instances can form the group of one manager, such as three nodes of one store (rule
 * ECM-8). They front the same store: what one lent, another can be asked to renew, give back, check
 * in or rotate, so an instance keeps nothing that is needed for that. After UNAVAILABLE or
 * TIMED_OUT the next instance is asked, as far as that is safe: a call that lends, signs or rotates
 * only when the failure is known to be {@linkplain ProviderException#withoutEffect without effect}.
 * So give connecting a limit of its own, well below the deadline, and say of a connection that
 * could not be made that it had no effect; of anything later, only where the store answered so.
 *
 * <p>The rules with an id hold for every provider. The conformance kit ({@code postern-sdk-tck})
 * looks at each of them. These are for all methods:
 *
 * <ul>
 *   <li><b>CP-TIME-1</b> MUST return or fail by {@link io.postern.spi.CallContext#deadline}, as
 *       {@link io.postern.spi.PluginContext#clock} has it, whatever the store does: with TIMED_OUT
 *       or UNAVAILABLE. Postern waits no longer.
 *   <li><b>CP-TIME-2</b> MUST return or fail at once when its thread is interrupted, which is what
 *       Postern does at the deadline and when nobody wants the answer any more.
 *   <li><b>CP-TIME-3</b> SHOULD begin nothing after the deadline, and fail with TIMED_OUT.
 *   <li><b>CP-THREAD-1</b> MUST answer many threads at once as it answers one.
 *   <li><b>CP-GROUP-1</b> MUST take back, check in and renew what another instance of the same
 *       settings lent.
 *   <li><b>CP-LEAK-1</b> MUST NOT show a secret in the {@code toString} of anything: the factory,
 *       the instance, what it returns, what it lends.
 *   <li><b>CP-LEAK-3</b> MUST NOT log a secret, at any level; nor may a library that it uses.
 * </ul>
 */
public interface CredentialProvider extends AutoCloseable {
  /**
   * Whether the store answers now, and would lend.
   *
   * <ul>
   *   <li><b>CP-HEALTH-1</b> MUST be usable when the store answers.
   *   <li><b>CP-HEALTH-2</b> MUST be {@link Health#down} when the store cannot be reached or does
   *       not answer by the deadline, or the instance is closed. It throws nothing: that it is down
   *       is an answer.
   *   <li><b>CP-HEALTH-3</b> MUST be usable again when the store is back, without a new instance.
   * </ul>
   */
  Health health(HealthCheck check);

  /**
   * The credentials that fit the person and the endpoint, without secrets.
   *
   * <ul>
   *   <li><b>CP-FIND-1</b> MUST find what fits. An empty list says that nothing does; null is no
   *       answer.
   *   <li><b>CP-FIND-2</b> MUST give each credential a key of its own.
   *   <li><b>CP-FIND-3</b> MUST give it the same key each time, in every instance: leases are kept
   *       by it.
   *   <li><b>CP-FIND-4</b> MUST fail when the store does not answer, with UNAVAILABLE or TIMED_OUT.
   *   <li><b>CP-FIND-5</b> MUST NOT find what does not fit the endpoint.
   *   <li><b>CP-FIND-6</b> MUST NOT find what does not fit the person.
   *   <li><b>CP-FIND-7</b> MUST leave out whatever has {@link FindRequest#search} in neither user
   *       name nor label, in any case of letters, and nothing else.
   * </ul>
   */
  List<FoundCredential> find(FindRequest request);

  /**
   * One secret, with the lease it comes under. What it returns belongs to the caller, who closes
   * it.
   *
   * <ul>
   *   <li><b>CP-RESOLVE-1</b> MUST lend what was found, of the kind that was found, unless it is to
   *       be checked out or signed.
   *   <li><b>CP-RESOLVE-2</b> MUST NOT lend an empty secret: a missing value is a failure.
   *   <li><b>CP-RESOLVE-3</b> MUST make a new {@link io.postern.credential.Secret} for each call,
   *       which the receiver may close.
   *   <li><b>CP-RESOLVE-4</b> MUST answer a key that the store does not have with NOT_FOUND.
   *   <li><b>CP-RESOLVE-5</b> MUST refuse a key that does not fit the endpoint, with DENIED or
   *       NOT_FOUND. Who asks may have the key from elsewhere.
   *   <li><b>CP-RESOLVE-6</b> MUST refuse a key that does not fit the person, with DENIED or
   *       NOT_FOUND.
   *   <li><b>CP-RESOLVE-7</b> MUST fail when the store does not answer, with UNAVAILABLE or
   *       TIMED_OUT: what was lent earlier is no answer either.
   *   <li><b>CP-LEASE-1</b> MUST lend until a time that is still to come.
   *   <li><b>CP-OUT-5</b> MUST refuse an exclusive key with DENIED unless the person has it checked
   *       out, and lend it when they have.
   *   <li><b>CP-SIGN-4</b> MUST refuse a key that is {@link FoundCredential#isSignedOnUse}.
   * </ul>
   *
   * @throws ProviderException NOT_FOUND, AMBIGUOUS, DENIED or any other of the set
   */
  Lent resolve(ResolveRequest request);

  /**
   * Gives back what {@link #resolve} lent. Called until it returns once.
   *
   * <ul>
   *   <li><b>CP-RELEASE-1</b> MUST give it back, and do nothing when called again after that.
   *   <li><b>CP-RELEASE-2</b> MUST return for a lease that the store does not know, or no more: it
   *       is given back.
   *   <li><b>CP-RELEASE-3</b> MUST go by the call id when the reference was lost: {@link
   *       ReleaseRequest#leaseReference} is empty then. Where the store keeps nothing of what it
   *       lent there is nothing to do. For a call whose answer it never had, and of which the store
   *       cannot say what it lent, it MUST fail until that has ended for certain: with DENIED,
   *       which in the end calls a person, and with what that person needs to find it.
   *   <li><b>CP-RELEASE-4</b> MUST fail when there is something to give back and the store does not
   *       answer.
   * </ul>
   */
  void release(ReleaseRequest request);

  /**
   * Ends the instance. Calls under way may fail.
   *
   * <ul>
   *   <li><b>CP-CLOSE-1</b> MUST be harmless when done twice, and throw nothing.
   *   <li><b>CP-CLOSE-2</b> MUST leave an instance that is down and fails with UNAVAILABLE,
   *       whatever is called.
   *   <li><b>CP-CLOSE-3</b> SHOULD leave no thread running.
   * </ul>
   */
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
