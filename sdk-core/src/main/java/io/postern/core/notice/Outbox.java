package io.postern.core.notice;

import io.postern.approval.DecisionToken;
import io.postern.core.store.Database;
import io.postern.core.store.Row;
import io.postern.core.store.Tx;
import io.postern.notice.Notice;
import io.postern.notice.NoticeId;
import io.postern.person.PersonId;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The rows of notices that are to be delivered: taken, settled, listed. */
final class Outbox implements UndeliveredNotices {
  /** A notice that this node has taken, until its claim runs out. */
  record Parcel(
      NoticeId id,
      String person,
      String email,
      Locale language,
      Notice.Kind kind,
      String about,
      String subject,
      String body,
      Optional<String> decidable,
      int attempts) {
    Optional<PersonId> recipient() {
      return person.isEmpty() ? Optional.empty() : Optional.of(PersonId.of(person));
    }

    static Parcel read(Row row) {
      return new Parcel(
          NoticeId.of(row.text("id")),
          row.text("person"),
          row.text("email"),
          Locale.forLanguageTag(row.text("language")),
          Notice.Kind.valueOf(row.text("kind")),
          row.text("about"),
          row.text("subject"),
          row.text("body"),
          row.optionalText("decidable"),
          (int) row.number("attempts"));
    }
  }

  static final int MOST_ATTEMPTS = 10;

  /** Longer than any sensible notifier takes; then another node may think this one dead. */
  private static final Duration CLAIM = Duration.ofMinutes(10);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final SecureRandom random = new SecureRandom();
  private final Database database;
  private final InstantSource clock;

  @Inject
  Outbox(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  boolean isDue() {
    return database
        .read(
            tx ->
                tx.first(
                    "select 1 as due from notice where due_at <= ? limit 1",
                    row -> true,
                    clock.instant()))
        .orElse(false);
  }

  /** Takes the notice that has waited longest, for this node alone. */
  Optional<Parcel> take() {
    Instant now = clock.instant();
    return database.changeAtOnce(
        tx ->
            tx.first(
                "update notice set due_at = ?, attempts = attempts + 1 where id = (select id from"
                    + " notice where due_at <= ? order by due_at, id limit 1"
                    + skippingLocked(tx)
                    + ") returning id, person, email, language, kind, about, subject,"
                    + " body, decidable, attempts",
                Parcel::read,
                now.plus(CLAIM),
                now));
  }

  /**
   * A fresh token for this delivery, where the request still waits for a decision. Only its hash is
   * kept, so a token that was sent before cannot be sent again; it stays valid.
   */
  Optional<DecisionToken> token(Parcel parcel, String email) {
    return parcel
        .decidable()
        .flatMap(
            request -> {
              byte[] bits = new byte[32];
              random.nextBytes(bits);
              String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
              int kept =
                  database.changeAtOnce(
                      tx ->
                          tx.run(
                              "insert into decision_token (hash, request, email)"
                                  + " select cast(? as text), id, cast(? as text)"
                                  + " from access_request where id = ? and status = 'PENDING'",
                              hash(token),
                              email,
                              request));
              return kept == 1 ? Optional.of(new DecisionToken(token)) : Optional.empty();
            });
  }

  void delivered(Parcel parcel) {
    settle(parcel, Optional.empty(), "");
  }

  /** Tries again after a pause that doubles each time; gives up after the last try. */
  void failed(Parcel parcel, String failure) {
    Optional<Instant> next =
        parcel.attempts() >= MOST_ATTEMPTS
            ? Optional.empty()
            : Optional.of(clock.instant().plus(pause(parcel.attempts())));
    settle(parcel, next, shortened(failure));
  }

  @Override
  public List<Undelivered> list(int most) {
    return database.read(
        tx ->
            tx.list(
                "select id, email, attempts, last_failure, due_at from notice"
                    + " where last_failure <> '' order by id desc limit ?",
                row ->
                    new Undelivered(
                        NoticeId.of(row.text("id")),
                        row.text("email"),
                        (int) row.number("attempts"),
                        row.text("last_failure"),
                        row.optionalInstant("due_at")),
                most));
  }

  static String hash(String token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Only if no other node has taken it meanwhile, which counts the attempts up. */
  private void settle(Parcel parcel, Optional<Instant> next, String failure) {
    database.changeAtOnce(
        tx ->
            tx.run(
                "update notice set due_at = ?, last_failure = ? where id = ? and attempts = ?",
                next,
                failure,
                parcel.id(),
                parcel.attempts()));
  }

  /** A fifth more or less, so that what failed together is not tried together again. */
  private Duration pause(int attempts) {
    long millis = FIRST_PAUSE.toMillis() << Math.min(attempts - 1, 20);
    long bounded = Math.min(millis, LONGEST_PAUSE.toMillis());
    return Duration.ofMillis(bounded * (80 + random.nextInt(41)) / 100);
  }

  private static String shortened(String failure) {
    StringBuilder line = new StringBuilder();
    failure
        .codePoints()
        .limit(500)
        .forEach(point -> line.appendCodePoint(Character.isISOControl(point) ? ' ' : point));
    return line.isEmpty() ? "no reason given" : line.toString();
  }

  private static String skippingLocked(Tx tx) {
    return tx.dialect() == Database.Dialect.POSTGRESQL ? " for update skip locked" : "";
  }
}
