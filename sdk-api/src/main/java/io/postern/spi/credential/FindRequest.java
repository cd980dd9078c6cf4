package io.postern.spi.credential;

import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;

/**
 * Which credentials are wanted: those for {@code call.person()} at {@code endpoint}.
 *
 * @param endpoint where the credential is to log on
 * @param search a text that user name or label must contain, in any case of letters; empty for all,
 *     which is what Postern asks for, to search in it, unless there were more than 1,000
 * @param call on whose behalf and until when
 */
public record FindRequest(Endpoint endpoint, String search, CallContext call) {}
