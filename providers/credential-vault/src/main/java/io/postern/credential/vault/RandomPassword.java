package io.postern.credential.vault;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Makes passwords that can be typed on any keyboard and read aloud: no letters that look like
 * others, no signs that a shell or a form treats in its own way. Each has a capital, a small
 * letter, a digit and a sign, as many systems demand, and begins with a letter.
 */
final class RandomPassword {
  private static final String CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ";
  private static final String SMALL = "abcdefghijkmnpqrstuvwxyz";
  private static final String DIGITS = "23456789";
  private static final String SIGNS = "-._";
  private static final String ALL = CAPITALS + SMALL + DIGITS + SIGNS;

  private RandomPassword() {}

  static Secret create(SecureRandom random, int length) {
    ByteBuffer password = ByteBuffer.allocateDirect(length);
    try {
      do {
        password.clear();
        while (password.hasRemaining()) {
          password.put((byte) ALL.charAt(random.nextInt(ALL.length())));
        }
        // All anew rather than mended, so that every acceptable password is equally likely.
      } while (!isAcceptable(password));
      return Secret.takeFrom(password.flip());
    } finally {
      Bytes.wipe(password);
    }
  }

  private static boolean isAcceptable(ByteBuffer password) {
    return (CAPITALS + SMALL).indexOf(password.get(0)) >= 0
        && hasOneOf(password, CAPITALS)
        && hasOneOf(password, SMALL)
        && hasOneOf(password, DIGITS)
        && hasOneOf(password, SIGNS);
  }

  private static boolean hasOneOf(ByteBuffer password, String letters) {
    for (int i = 0; i < password.capacity(); i++) {
      if (letters.indexOf(password.get(i)) >= 0) {
        return true;
      }
    }
    return false;
  }
}
