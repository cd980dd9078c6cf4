package io.postern.connector.ssh;

import io.postern.spi.Setting;
import io.postern.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The connector's settings, read.
 *
 * @param connectTimeout for the name's address and the TCP connection
 * @param answerTimeout for each single answer once logged on
 * @param keepAlive how long an endpoint may be silent before it is asked for a sign of life
 * @param keepAliveMissed after how many such spans of silence it is taken for dead
 * @param requireStrictKex whether peers without strict key exchange are refused
 */
record SshSettings(
    Duration connectTimeout,
    Duration answerTimeout,
    Duration keepAlive,
    int keepAliveMissed,
    boolean requireStrictKex) {
  private static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.duration("connect-timeout", "how long finding and reaching the host may take")
          .orElse("PT10S");
  private static final Setting<Duration> ANSWER_TIMEOUT =
      Setting.duration(
              "answer-timeout",
              "how long the endpoint may take to open a shell, command or file channel, and to"
                  + " answer each request about a file")
          .orElse("PT30S");
  private static final Setting<Duration> KEEP_ALIVE =
      Setting.duration(
              "keep-alive", "after how much silence the endpoint is asked for a sign of life")
          .orElse("PT10S");
  private static final Setting<Integer> KEEP_ALIVE_MISSED =
      Setting.number(
              "keep-alive-missed",
              2,
              30,
              "after how many such spans of silence, in all but the first of which it was asked,"
                  + " the connection is closed")
          .orElse("3");
  private static final Setting<Boolean> REQUIRE_STRICT_KEX =
      Setting.flag(
              "require-strict-kex",
              "refuse endpoints without strict key exchange, the answer to CVE-2023-48795"
                  + " (Terrapin); it is used wherever it is offered in any case")
          .orElse("false");

  /** What {@link io.postern.spi.connector.EndpointConnection#whenClosed} promises. */
  private static final Duration DEAD_IS_FOUND_WITHIN = Duration.ofSeconds(30);

  /** So that no limit overflows the milliseconds of an {@code int}. */
  private static final Duration LONGEST = Duration.ofHours(1);

  static List<Setting<?>> declared() {
    return List.of(
        CONNECT_TIMEOUT, ANSWER_TIMEOUT, KEEP_ALIVE, KEEP_ALIVE_MISSED, REQUIRE_STRICT_KEX);
  }

  static SshSettings of(Settings settings) {
    return new SshSettings(
        settings.get(CONNECT_TIMEOUT),
        settings.get(ANSWER_TIMEOUT),
        settings.get(KEEP_ALIVE),
        settings.get(KEEP_ALIVE_MISSED),
        settings.get(REQUIRE_STRICT_KEX));
  }

  /** After how much silence the endpoint is taken for dead. */
  Duration longestSilence() {
    return keepAlive.multipliedBy(keepAliveMissed);
  }

  /** What does not fit together. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (connectTimeout.compareTo(LONGEST) > 0) {
      faults.add(tooLong(CONNECT_TIMEOUT, connectTimeout));
    }
    if (answerTimeout.compareTo(LONGEST) > 0) {
      faults.add(tooLong(ANSWER_TIMEOUT, answerTimeout));
    }
    if (keepAlive.compareTo(LONGEST) > 0 || longestSilence().compareTo(DEAD_IS_FOUND_WITHIN) > 0) {
      faults.add(
          "keep-alive "
              + keepAlive
              + " times keep-alive-missed "
              + keepAliveMissed
              + " is longer than "
              + DEAD_IS_FOUND_WITHIN
              + ", within which a dead endpoint must be found; lower one of them");
    }
    return faults;
  }

  private static String tooLong(Setting<Duration> setting, Duration value) {
    return setting + " " + value + " is longer than " + LONGEST + "; lower it";
  }
}
