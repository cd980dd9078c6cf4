package io.postern.spi.injection;

import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import java.util.List;
import java.util.Set;

/**
 * Hands a credential to what needs it, past the person (rules INJ-1, INJ-2).
 *
 * <p>Blocks until the deadline it is given; called from several threads at once.
 *
 * @param <T> what the caller gets: it works with the credential and shows it to nobody. Closing it
 *     ends what it does and wipes the credential; Postern closes it when the session ends
 */
public interface Injector<T extends AutoCloseable> {
  /** What it injects into, such as {@code http}; stands in the audit. */
  String name();

  /** Which kinds of credential it can hand over. */
  Set<CredentialKind> accepts();

  /**
   * What is missing before it can be tried, each as a sentence; checked before a secret is fetched
   * (rule INJ-3). No input or output.
   */
  default List<String> missing(Endpoint endpoint) {
    return List.of();
  }

  /**
   * Hands the credential over. It belongs to what is returned; when this throws, the caller closes
   * it.
   *
   * @throws io.postern.PosternException with an ENDPOINT code, LOGON_REFUSED or PRECONDITION_FAILED
   */
  T inject(InjectRequest request);

  /**
   * What to hand over, for where.
   *
   * @param endpoint the jump item; the credential goes to no other place
   * @param credential of one of the kinds that are accepted
   * @param gate asked before each use, and for each piece of what is long under way
   * @param call on whose behalf and until when
   */
  record InjectRequest(Endpoint endpoint, Credential credential, Gate gate, CallContext call) {}

  /** Whether the session still allows the use of what was injected. Implemented by Postern. */
  interface Gate {
    /**
     * Returns when it may be used now. Blocks for the store.
     *
     * @throws io.postern.PosternException SESSION_ENDED, SESSION_FROZEN, TOOL_NOT_ALLOWED
     */
    void requireOpen();

    /**
     * Returns when the next piece of what a use has begun may pass, such as a row of a result or a
     * part of a body (rule SES-12). Cheap, for every piece: it neither blocks nor asks the policies
     * of now; what they do not allow any more is closed within seconds.
     *
     * @throws io.postern.PosternException SESSION_ENDED, SESSION_FROZEN
     */
    default void requirePassing() {
      requireOpen();
    }

    /**
     * Tells the session that what was injected into is closed, whether by whoever works with it or
     * by itself, so that it need not be closed with the session. Harmless when told twice; may be
     * told from within closing.
     */
    void closed();
  }
}
