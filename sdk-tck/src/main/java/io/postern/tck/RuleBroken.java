package io.postern.tck;

import org.jspecify.annotations.Nullable;

/** Says which rule a provider breaks, what was seen, and what to look at. */
final class RuleBroken extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final SpiRule rule;

  RuleBroken(SpiRule rule, String seen) {
    this(rule, seen, null);
  }

  RuleBroken(SpiRule rule, String seen, @Nullable Throwable cause) {
    super(
        "%s (%s, %s) is broken.%n  Seen: %s.%n  Look at: %s."
            .formatted(rule.id(), rule.level, rule.where, seen, rule.lookAt),
        cause);
    this.rule = rule;
  }

  SpiRule rule() {
    return rule;
  }
}
