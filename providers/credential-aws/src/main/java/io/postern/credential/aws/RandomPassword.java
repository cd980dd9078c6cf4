package io.postern.credential.aws;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;

/**
 * Makes passwords that can be typed and read aloud, and stand in JSON as they are. Each has a
 * capital, a small letter, a digit and a sign, as many systems demand, and begins with a letter.
 */
final class RandomPassword {
  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz";
  private static final List<String> NEEDED =
      List.of("ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "-._");
  private static final String ALL = String.join("", NEEDED);

  private RandomPassword() {}

  static Secret create(SecureRandom random, int length) {
    ByteBuffer password = ByteBuffer.allocateDirect(length);
    do {
      password.clear();
      while (password.hasRemaining()) {
        password.put((byte) ALL.charAt(random.nextInt(ALL.length())));
      }
      password.flip();
      // All anew rather than mended, so that every acceptable password is equally likely.
    } while (!isAcceptable(password));
    return Secret.takeFrom(password);
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
