package io.postern.spi.credential;

import static java.util.Objects.requireNonNull;

import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import java.time.Instant;

/**
 * Implemented by a {@link CredentialProvider} that signs SSH keys. A credential that is {@link
 * FoundCredential#isSignedOnUse} is not resolved: Postern makes a key pair in memory for this one
 * use, has its public half signed here, and gives the private half to nobody but the connector.
 *
 * <p>Whatever {@link LeaseTerms#reference} the answer names is given to {@link
 * CredentialProvider#release} in the end, as after {@code resolve}.
 */
public interface SignsSshCertificates {
  /**
   * Signs a public key.
   *
   * <ul>
   *   <li><b>CP-SIGN-1</b> MUST return an OpenSSH certificate for the key that was given.
   *   <li><b>CP-SIGN-2</b> MUST name one of its principals as the user.
   *   <li><b>CP-SIGN-3</b> MUST lend it until a time that is still to come and not after the
   *       certificate's own end.
   *   <li><b>CP-SIGN-5</b> MUST answer a key that the store does not have with NOT_FOUND.
   * </ul>
   *
   * @throws ProviderException NOT_FOUND, DENIED or any other of the set
   */
  SignedCertificate sign(SignRequest request);

  /**
   * What is to be signed.
   *
   * @param key the credential, as {@link FoundCredential#key} named it
   * @param endpoint where the certificate is to log on
   * @param publicKey one line as in a {@code .pub} file
   * @param until how long it is needed; the store may allow less
   * @param call on whose behalf and until when the answer is waited for
   */
  record SignRequest(
      String key, Endpoint endpoint, String publicKey, Instant until, CallContext call) {}

  /**
   * A certificate as the store signed it.
   *
   * @param username the account it logs on as, one of its principals
   * @param certificate one line as in a {@code -cert.pub} file
   * @param lease for how long it is good
   */
  record SignedCertificate(String username, String certificate, LeaseTerms lease) {
    public SignedCertificate {
      requireNonNull(username, "username");
      requireNonNull(certificate, "certificate");
      requireNonNull(lease, "lease");
    }
  }
}
