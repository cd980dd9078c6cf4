package io.postern.spi.connector;

import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.jump.HostKey;
import io.postern.spi.CallContext;
import java.util.List;
import java.util.Set;

/**
 * Opens connections to endpoints by one protocol. It knows nothing of policy, recording or people:
 * Postern wraps what it opens. Where hosts of the protocol prove themselves by a key, it implements
 * {@link ShowsHostKeys} too.
 *
 * <p>Methods block, are called from several threads at once, and return by the deadline they are
 * given. Failures are {@link io.postern.PosternException}s with one of the ENDPOINT codes, HOST_KEY
 * codes, LOGON_REFUSED, PRECONDITION_FAILED, CAPABILITY_MISSING for what the endpoint cannot do, or
 * INTERRUPTED when the calling thread was.
 */
public interface Connector extends AutoCloseable {
  /** Which kinds of credential it can log on with. */
  Set<CredentialKind> accepts();

  /**
   * What is missing before a log-on can be tried, each as a sentence; checked before a secret is
   * fetched (rule INJ-3). No input or output.
   */
  default List<String> missing(Endpoint endpoint) {
    return List.of();
  }

  /**
   * Connects and logs on. The credential is tried once (rule INJ-6), after the host key was
   * verified (rule INJ-5); no part of it is kept once this returns or throws. The caller closes the
   * credential.
   */
  EndpointConnection open(OpenRequest request);

  /** Ends the connector and every connection it opened. Harmless when done twice. */
  @Override
  void close();

  /**
   * Where to connect, as whom, and how the host proves itself.
   *
   * @param endpoint where
   * @param credential as whom; stays open while the call runs
   * @param hostKeys judges the key that the host shows; to be asked before any part of the
   *     credential is sent. A protocol without host keys leaves it alone
   * @param call on whose behalf and until when
   */
  record OpenRequest(
      Endpoint endpoint, Credential credential, HostKeys hostKeys, CallContext call) {}

  /** What is known of the host's keys; implemented by Postern. */
  interface HostKeys {
    /**
     * The keys enrolled for the endpoint, so that a protocol can ask for one of their types; empty
     * when none is.
     */
    List<HostKey> enrolled();

    /**
     * Returns when the host may be trusted.
     *
     * @throws io.postern.PosternException HOST_KEY_UNKNOWN or HOST_KEY_CHANGED; the connector then
     *     hangs up and lets this exception through
     */
    void verify(HostKey shown);
  }
}
