package io.postern.credential.file;

import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.credential.file.SealedSecret.Part;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.ProviderException;

/** Says who may have which secret, and opens it for them. */
final class Lender {
  private final StoreFile file;
  private final Faults faults;

  Lender(StoreFile file) {
    this.file = file;
    faults = file.faults();
  }

  /**
   * The entry with this key, which fits the endpoint and the person.
   *
   * @throws ProviderException NOT_FOUND when there is none, DENIED when it is for others
   */
  StoredEntry fitting(Contents now, String key, Endpoint endpoint, CallContext call) {
    StoredEntry stored = now.find(key);
    if (stored == null) {
      throw faults.notFound(key);
    }
    if (!stored.entry().fits(endpoint) || !stored.entry().fits(call.person())) {
      throw faults.denied(
          "credential '"
              + key
              + "' is not for "
              + call.person().name()
              + " at "
              + endpoint.name()
              + "; choose one that is",
          "key=" + key + " conditions=" + stored.entry().conditionsInWords());
    }
    return stored;
  }

  /** The credential with its secret; the receiver closes it. */
  Credential open(StoredEntry stored, Contents now) {
    CredentialEntry entry = stored.entry();
    Secret secret = file.open(stored.secret(), Part.MAIN, entry.key(), now);
    if (entry.kind() == CredentialKind.PASSWORD) {
      return Credential.password(entry.username(), secret);
    }
    SealedSecret passphrase = stored.passphrase();
    if (passphrase == null) {
      return Credential.privateKey(entry.username(), secret);
    }
    try {
      return Credential.privateKey(
          entry.username(), secret, file.open(passphrase, Part.PASSPHRASE, entry.key(), now));
    } catch (RuntimeException e) {
      secret.close();
      throw e;
    }
  }

  /** Names the holder (rule OUT-3). */
  ProviderException heldBy(Hold hold, String key) {
    return faults.denied(
        "credential '"
            + key
            + "' is checked out by "
            + hold.holder()
            + " until "
            + hold.until()
            + "; ask them to check it in, or try again then",
        "holder=" + hold.person() + " until=" + hold.until());
  }
}
