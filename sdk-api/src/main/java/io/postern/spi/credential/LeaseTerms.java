package io.postern.spi.credential;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * Under which terms a store lends a secret.
 *
 * <ul>
 *   <li><b>CP-CAP-3</b> MUST NOT be renewable when its provider does not implement {@link
 *       RenewsLeases}.
 * </ul>
 *
 * @param reference the store's own name for the lease, not a secret, at most 2,000 characters;
 *     empty when it keeps none
 * @param expiresAt when the secret stops working, for a check-out when the hold on the account
 *     ends; empty when neither happens by itself
 * @param renewable whether {@link RenewsLeases#renew} can move {@code expiresAt}
 */
public record LeaseTerms(String reference, Optional<Instant> expiresAt, boolean renewable) {
  public LeaseTerms {
    if (requireNonNull(reference, "reference").length() > 2_000) {
      throw new IllegalArgumentException("lease reference must have at most 2000 characters");
    }
    requireNonNull(expiresAt, "expiresAt");
  }

  /** The secret stays good and the store keeps no lease. */
  public static LeaseTerms unlimited() {
    return new LeaseTerms("", Optional.empty(), false);
  }
}
