package io.postern.spi.credential;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;

/**
 * Makes passwords for providers that rotate by themselves ({@link RotatesCredentials}). They can be
 * typed on any keyboard and read aloud: no letters that look like others, no signs that a shell, a
 * form or JSON treats in its own way. Each has a capital, a small letter, a digit and a sign, as
 * many systems demand, and begins with a letter. A sign more is worth 5.9 bits.
 *
 * <p>Safe for use by several threads.
 */
public final class RandomPassword {
  /** The shortest, in signs. */
  public static final int SHORTEST = 12;

  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz";
  private static final List<String> NEEDED =
      List.of("ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "-._");
  private static final String ALL = String.join("", NEEDED);

  private RandomPassword() {}

  /**
   * A new password, which the caller closes.
   *
   * @param random where the chance comes from; may block for it
   * @param length in signs, at least {@link #SHORTEST}, at most {@link Secret#MAX_BYTES}
   * @throws IllegalArgumentException when the length is out of that range
   */
  public static Secret of(SecureRandom random, int length) {
    if (length < SHORTEST || length > Secret.MAX_BYTES) {
      throw new IllegalArgumentException(
          "a password has " + SHORTEST + " to " + Secret.MAX_BYTES + " signs, not " + length);
    }
    ByteBuffer password = ByteBuffer.allocateDirect(length);
    do {
      password.clear();
      while (password.hasRemaining()) {
        password.put((byte) ALL.charAt(random.nextInt(ALL.length())));
      }
      password.flip();
      // All anew rather than mended, so that every acceptable password is equally likely.
    } while (!isAcceptable(password));
    return Secret.takeFrom(password); // and wipes it here
  }

  private static boolean isAcceptable(ByteBuffer password) {
    return LETTERS.indexOf(password.get(0)) >= 0
        && NEEDED.stream().allMatch(needed -> hasOneOf(password, needed));
  }

  private static boolean hasOneOf(ByteBuffer password, String signs) {
    for (int i = 0; i < password.limit(); i++) {
      if (signs.indexOf(password.get(i)) >= 0) {
        return true;
      }
    }
    return false;
  }
}
