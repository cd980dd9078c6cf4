package io.postern.examples.quickstart;

import io.postern.credential.Secret;
import java.security.SecureRandom;

/** Secrets that nobody has seen. */
final class RandomSecret {
  private static final char[] ALPHABET =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789".toCharArray();

  private RandomSecret() {}

  /** So many letters and digits, 5.8 bits each. */
  static Secret ofCharacters(int length) {
    SecureRandom random = new SecureRandom();
    char[] characters = new char[length];
    for (int i = 0; i < length; i++) {
      characters[i] = ALPHABET[random.nextInt(ALPHABET.length)];
    }
    return Secret.takeFrom(characters); // and wipes the array
  }
}
