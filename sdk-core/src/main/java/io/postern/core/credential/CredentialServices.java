package io.postern.core.credential;

import io.postern.credential.Credentials;
import io.postern.person.PersonId;

/** Makes the accounts' service for one person. */
public interface CredentialServices {
  /** The service; cheap, and every call of it asks the directory for the person anew. */
  Credentials credentials(PersonId person);
}
