package io.postern.credential.vault;

import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;

/**
 * For whom and where something is asked.
 *
 * @param endpoint where it is to log on
 * @param call on whose behalf
 */
record Place(Endpoint endpoint, CallContext call) {
  Person person() {
    return call.person();
  }
}
