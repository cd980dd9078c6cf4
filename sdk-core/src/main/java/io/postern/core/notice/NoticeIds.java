package io.postern.core.notice;

import io.postern.notice.NoticeId;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * Makes ids that sort by time of creation: 48 bits of time and 80 random ones in the alphabet of
 * Crockford's Base32. Those of one node never go back, also within a millisecond.
 */
final class NoticeIds {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 26;
  private static final int RANDOM_BITS = 80;

  private final SecureRandom random = new SecureRandom();
  private final InstantSource clock;
  private BigInteger last = BigInteger.ZERO;

  NoticeIds(InstantSource clock) {
    this.clock = clock;
  }

  synchronized NoticeId next() {
    BigInteger now = BigInteger.valueOf(clock.millis()).shiftLeft(RANDOM_BITS);
    // A random bit less, so that counting on from it does not run into the time.
    BigInteger drawn = now.or(new BigInteger(RANDOM_BITS - 1, random));
    last = now.compareTo(last) > 0 ? drawn : last.add(BigInteger.ONE);
    return NoticeId.of(text(last));
  }

  private static String text(BigInteger number) {
    StringBuilder text = new StringBuilder(LENGTH);
    for (int digit = LENGTH - 1; digit >= 0; digit--) {
      text.append(ALPHABET.charAt(number.shiftRight(digit * 5).intValue() & 31));
    }
    return text.toString();
  }
}
