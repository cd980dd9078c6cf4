package io.postern.spi.credential;

import io.postern.spi.CallContext;

/**
 * What is given back, to the instance that lent it or to another one of its group.
 *
 * @param key the credential
 * @param leaseReference what {@link LeaseTerms#reference} said; empty when a crash lost it, then
 *     the provider gives back whatever it lent under {@link CallContext#callId}
 * @param call on whose behalf and until when; {@code callId} is that of the call that lent it
 */
public record ReleaseRequest(String key, String leaseReference, CallContext call) {}
