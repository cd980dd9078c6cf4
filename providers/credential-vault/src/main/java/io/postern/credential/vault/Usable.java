package io.postern.credential.vault;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes credentials of what Vault keeps, which may be longer than one can be. */
final class Usable {
  private Usable() {}

  /**
   * The credential that has these secrets; none when there can be none, and then they are wiped.
   */
  static <C extends Credential> Optional<C> of(List<Secret> secrets, Supplier<C> making) {
    try {
      return Optional.of(making.get());
    } catch (IllegalArgumentException e) {
      secrets.forEach(Secret::close);
      return Optional.empty();
    }
  }
}
