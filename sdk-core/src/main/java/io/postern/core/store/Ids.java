package io.postern.core.store;

import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * Makes identifiers that sort by time of creation: 48 bits of milliseconds and 80 random bits, in
 * base 32.
 */
public final class Ids {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final String process;

  @Inject
  public Ids(InstantSource clock) {
    this.clock = clock;
    this.process = next();
  }

  /** This process, among those that share a store: the same each time. */
  public String process() {
    return process;
  }

  /** Another identifier: 26 characters, unlike any before. */
  public String next() {
    byte[] tail = new byte[10];
    random.nextBytes(tail);
    StringBuilder id = new StringBuilder(26);
    long millis = clock.millis();
    for (int shift = 45; shift >= 0; shift -= 5) {
      id.append(ALPHABET.charAt((int) (millis >>> shift) & 31));
    }
    long bits = 0;
    int held = 0;
    for (byte b : tail) {
      bits = (bits << 8) | (b & 0xff);
      held += 8;
      while (held >= 5) {
        held -= 5;
        id.append(ALPHABET.charAt((int) (bits >>> held) & 31));
      }
    }
    return id.toString();
  }
}
