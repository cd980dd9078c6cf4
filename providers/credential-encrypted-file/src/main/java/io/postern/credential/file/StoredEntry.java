package io.postern.credential.file;

import org.jspecify.annotations.Nullable;

/**
 * One entry with all that the file keeps of it. Immutable.
 *
 * @param entry what it says of itself
 * @param secret the password or private key
 * @param passphrase what opens the private key
 * @param pending the password that a rotation is about to set at the endpoint, or has set already
 * @param hold who has checked it out
 * @param lastRotation the call of the last rotation that was finished, or an empty text
 */
record StoredEntry(
    CredentialEntry entry,
    SealedSecret secret,
    @Nullable SealedSecret passphrase,
    @Nullable SealedSecret pending,
    @Nullable Hold hold,
    String lastRotation) {

  static StoredEntry of(
      CredentialEntry entry, SealedSecret secret, @Nullable SealedSecret passphrase) {
    return new StoredEntry(entry, secret, passphrase, null, null, "");
  }

  StoredEntry heldBy(@Nullable Hold next) {
    return new StoredEntry(entry, secret, passphrase, pending, next, lastRotation);
  }

  StoredEntry withPending(SealedSecret next) {
    return new StoredEntry(entry, secret, passphrase, next, hold, lastRotation);
  }

  /** The pending password is the password now. */
  StoredEntry promoted(SealedSecret next, String callId) {
    return new StoredEntry(entry, next, passphrase, null, hold, callId);
  }
}
