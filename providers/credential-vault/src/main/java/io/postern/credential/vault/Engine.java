package io.postern.credential.vault;

import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import java.util.function.Consumer;

/** One secrets engine of Vault's, and what of it is offered. */
interface Engine {
  /** What the keys of its credentials begin with, before a colon. */
  String prefix();

  /** Names what fits. */
  void find(Place place, TimeLimit limit, Consumer<FoundCredential> found);

  /**
   * @param name the key behind the colon
   */
  Lent resolve(String name, Place place, TimeLimit limit);

  /** Replaces the secret; nothing to do where each lease has one of its own. */
  default void rotate(String name, RotateRequest request, Place place, TimeLimit limit) {}

  default String key(String name) {
    return prefix() + ":" + name;
  }
}
