package io.postern.spi.credential;

import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;

/**
 * Which secret is wanted.
 *
 * @param key the credential, as {@link FoundCredential#key} named it
 * @param endpoint where it is to log on; a provider refuses a credential that does not fit the
 *     endpoint
 * @param call on whose behalf and until when
 */
public record ResolveRequest(String key, Endpoint endpoint, CallContext call) {}
