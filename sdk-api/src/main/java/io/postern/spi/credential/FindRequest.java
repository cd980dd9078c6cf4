package io.postern.spi.credential;

import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;

/**
 * Which credentials are wanted: those for {@code call.person()} at {@code endpoint}.
 *
 * @param endpoint where the credential is to log on
 * @param search a text that user name or label must contain, in any case of letters; empty for all
 * @param call on whose behalf and until when
 */
public record FindRequest(Endpoint endpoint, String search, CallContext call) {}
