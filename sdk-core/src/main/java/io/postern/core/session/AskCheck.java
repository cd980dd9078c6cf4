package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicy.Demand;
import io.postern.session.Ask;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Holds an ask against the terms of the item, and names all that is wrong at once (rule REQ-3). */
final class AskCheck {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration FARTHEST_START = Duration.ofDays(366);

  private AskCheck() {}

  static void require(Ask ask, JumpPolicy terms, Instant now) {
    List<String> faults = faults(ask, terms, now);
    if (!faults.isEmpty()) {
      throw new PosternException(
          ErrorCode.ASK_INVALID,
          "this cannot be asked for under policy '" + terms.name() + "'",
          faults);
    }
  }

  static Duration duration(Ask ask, JumpPolicy terms) {
    return ask.duration().orElse(terms.defaultDuration());
  }

  private static List<String> faults(Ask ask, JumpPolicy terms, Instant now) {
    List<String> faults = new ArrayList<>();
    text(faults, "reason", ask.reason(), terms.reason(), 2_000);
    text(faults, "ticket number", ask.ticket(), terms.ticket(), 200);
    Duration duration = duration(ask, terms);
    if (duration.compareTo(SHORTEST) < 0) {
      faults.add("the duration must be at least a second, was " + duration);
    } else if (duration.compareTo(terms.maxDuration()) > 0) {
      faults.add(
          "the duration "
              + duration
              + " is longer than the "
              + terms.maxDuration()
              + " that the policy allows");
    }
    ask.start()
        .ifPresent(
            start -> {
              if (start.isBefore(now)) {
                faults.add("the start " + start + " is past; leave it out to start now");
              } else if (start.isAfter(now.plus(FARTHEST_START))) {
                faults.add("the start " + start + " is more than a year ahead");
              }
            });
    ask.idempotencyKey()
        .filter(key -> key.isEmpty() || key.length() > 200)
        .ifPresent(key -> faults.add("the idempotency key must have 1 to 200 characters"));
    return faults;
  }

  private static void text(
      List<String> faults, String what, String value, Demand demand, int longest) {
    if (demand == Demand.MANDATORY && value.isBlank()) {
      faults.add("a " + what + " is missing");
    } else if (demand == Demand.NONE && !value.isEmpty()) {
      faults.add("a " + what + " is not asked for; leave it out");
    } else if (value.length() > longest) {
      faults.add(
          "the "
              + what
              + " has "
              + value.length()
              + " characters, at most "
              + longest
              + " are allowed");
    }
  }
}
