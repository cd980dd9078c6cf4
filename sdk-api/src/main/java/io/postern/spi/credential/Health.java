package io.postern.spi.credential;

import io.postern.text.Text;

/**
 * Whether a store answers.
 *
 * @param usable whether credentials can be had now
 * @param detail what is the matter, or which store it is, for an operator; no secret
 */
public record Health(boolean usable, String detail) {
  public Health {
    detail = Text.prose(detail, "detail", 1_000);
  }

  /** It answers; {@code detail} says which store it is, at most 1,000 characters. */
  public static Health up(String detail) {
    return new Health(true, detail);
  }

  /** It does not answer; {@code detail} says what is the matter, at most 1,000 characters. */
  public static Health down(String detail) {
    return new Health(false, detail);
  }
}
