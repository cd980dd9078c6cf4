package io.postern.credential.file;

import io.postern.credential.Secret;
import io.postern.credential.file.SealedSecret.Part;
import java.util.Map;
import java.util.TreeMap;

/**
 * Seals every secret of a file anew under another file key. To wrap the old file key with the new
 * passphrase would be less work, but whoever has the old passphrase and an old copy of the file has
 * that key.
 */
final class Resealing {
  private final Contents now;
  private final Unlocked next;
  private final Seal seal;
  private final Faults faults;

  private Resealing(Contents now, Unlocked next, Seal seal, Faults faults) {
    this.now = now;
    this.next = next;
    this.seal = seal;
    this.faults = faults;
  }

  static Contents of(Contents now, Unlocked next, Seal seal, Faults faults) {
    Resealing resealing = new Resealing(now, next, seal, faults);
    Map<String, StoredEntry> entries = new TreeMap<>();
    now.entries().forEach((key, entry) -> entries.put(key, resealing.reseal(entry)));
    return now.resealed(next, entries);
  }

  private StoredEntry reseal(StoredEntry old) {
    String key = old.entry().key();
    SealedSecret secret = reseal(old.secret(), Part.MAIN, key);
    SealedSecret passphrase =
        old.passphrase() == null ? null : reseal(old.passphrase(), Part.PASSPHRASE, key);
    SealedSecret pending = old.pending() == null ? null : reseal(old.pending(), Part.MAIN, key);
    return new StoredEntry(
        old.entry(), secret, passphrase, pending, old.hold(), old.lastRotation());
  }

  private SealedSecret reseal(SealedSecret old, Part part, String key) {
    try (Secret plain = old.open(part, key, now.unlocked(), seal, faults)) {
      // The generation stays: a rotation under way recognises its pending password by it.
      return SealedSecret.seal(plain, part, key, old.generation(), next, seal);
    }
  }
}
