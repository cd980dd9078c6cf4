/**
 * Plug-ins that keep secrets. Begin at {@link io.postern.spi.credential.CredentialProviderFactory}:
 * name it in {@code META-INF/services/io.postern.spi.credential.CredentialProviderFactory} on the
 * class path, and by {@code provides} in the {@code module-info} on the module path; the host then
 * configures it by its name. The mandatory core is {@link
 * io.postern.spi.credential.CredentialProvider}; further capabilities are interfaces beside it.
 *
 * <p>What a provider must and should do stands at the method that it concerns, each rule with an id
 * that stays: {@code CP-FIND-1} and so on, MUST and SHOULD as in RFC 2119. The conformance kit
 * names them when they are broken.
 */
package io.postern.spi.credential;
