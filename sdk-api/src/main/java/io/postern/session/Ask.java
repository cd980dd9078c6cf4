package io.postern.session;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one asks for when starting a session (rule REQ-3). Immutable; the methods give changed
 * copies. What is wrong with it under the item's policy is said all at once when it is handed in.
 */
public final class Ask {
  private final String reason;
  private final String ticket;
  private final @Nullable Instant start;
  private final @Nullable Duration duration;
  private final Locale language;
  private final boolean startWhenApproved;
  private final @Nullable String idempotencyKey;

  private Ask(
      String reason,
      String ticket,
      @Nullable Instant start,
      @Nullable Duration duration,
      Locale language,
      boolean startWhenApproved,
      @Nullable String idempotencyKey) {
    this.reason = requireNonNull(reason, "reason");
    this.ticket = requireNonNull(ticket, "ticket");
    this.start = start;
    this.duration = duration;
    this.language = requireNonNull(language, "language");
    this.startWhenApproved = startWhenApproved;
    this.idempotencyKey = idempotencyKey;
  }

  /** Now, for the policy's default duration, in English, giving neither reason nor ticket. */
  public static Ask simple() {
    return new Ask("", "", null, null, Locale.ENGLISH, false, null);
  }

  /** Why; at most 2,000 characters. */
  public Ask reason(String text) {
    return new Ask(text, ticket, start, duration, language, startWhenApproved, idempotencyKey);
  }

  /** The ticket number; at most 200 characters. */
  public Ask ticket(String number) {
    return new Ask(reason, number, start, duration, language, startWhenApproved, idempotencyKey);
  }

  /** Begin by itself at {@code moment}, at most a year ahead, instead of now (rule SCH-4). */
  public Ask startingAt(Instant moment) {
    return new Ask(
        reason,
        ticket,
        requireNonNull(moment, "moment"),
        duration,
        language,
        startWhenApproved,
        idempotencyKey);
  }

  /**
   * How long; the policy's default when nothing is said, a second at least, its maximum at most.
   */
  public Ask lasting(Duration time) {
    return new Ask(
        reason,
        ticket,
        start,
        requireNonNull(time, "time"),
        language,
        startWhenApproved,
        idempotencyKey);
  }

  /**
   * In which language people are to be written to about it; English unless said. It is kept with
   * the request and handed to the host's notifier, which may translate; Postern's own texts are
   * English.
   */
  public Ask language(Locale locale) {
    return new Ask(reason, ticket, start, duration, locale, startWhenApproved, idempotencyKey);
  }

  /**
   * Has the work time begin by itself once it is approved, instead of with the first connection
   * (rule REQ-8).
   */
  public Ask startWhenApproved() {
    return new Ask(reason, ticket, start, duration, language, true, idempotencyKey);
  }

  /**
   * Makes a repeated call answer with the first one's session (rule SES-14). 1 to 200 characters,
   * the caller's own.
   */
  public Ask idempotencyKey(String key) {
    return new Ask(
        reason, ticket, start, duration, language, startWhenApproved, requireNonNull(key, "key"));
  }

  /** Why, or an empty text. */
  public String reason() {
    return reason;
  }

  /** The ticket number, or an empty text. */
  public String ticket() {
    return ticket;
  }

  /** When it is to begin; empty for now. */
  public Optional<Instant> start() {
    return Optional.ofNullable(start);
  }

  /** How long; empty for the policy's default. */
  public Optional<Duration> duration() {
    return Optional.ofNullable(duration);
  }

  /** In which language people are to be written to. */
  public Locale language() {
    return language;
  }

  /** Whether the work time begins by itself once it is approved. */
  public boolean isStartWhenApproved() {
    return startWhenApproved;
  }

  /** The caller's own key; empty when a repeated call asks anew. */
  public Optional<String> idempotencyKey() {
    return Optional.ofNullable(idempotencyKey);
  }
}
