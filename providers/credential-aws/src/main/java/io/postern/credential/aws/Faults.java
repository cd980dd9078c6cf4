package io.postern.credential.aws;

import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.json.JsonException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * The failures of one Secrets Manager, each with a text that says what, which secret, why, and what
 * to do.
 */
final class Faults {
  private final String place;

  /**
   * @param place the service in words, such as {@code AWS Secrets Manager in eu-central-1}
   */
  Faults(String place) {
    this.place = place;
  }

  String place() {
    return place;
  }

  ProviderException closed() {
    return none(
        Failure.UNAVAILABLE, place + " is not asked any more: this instance is closed", "closed");
  }

  ProviderException tooLate(Operation operation, String about) {
    return none(
        Failure.TIMED_OUT,
        what(operation, about) + " was not begun: the time for it was over; try again",
        "deadline passed before " + operation.action());
  }

  ProviderException tooMany(Operation operation, String about, Throwable cause) {
    return ProviderException.withoutEffect(
        Failure.THROTTLED,
        what(operation, about) + " was not begun: too many calls are under way; try again later",
        "no thread left",
        cause);
  }

  ProviderException timedOut(Operation operation, String about, boolean sent) {
    return of(
        Failure.TIMED_OUT,
        operation.hasEffect() && sent,
        place + " did not answer in time" + clause(operation, about) + "; try again",
        "deadline passed, request " + (sent ? "sent" : "not sent"),
        null);
  }

  ProviderException interrupted(Operation operation, String about, boolean sent, Throwable cause) {
    return of(
        Failure.TIMED_OUT,
        operation.hasEffect() && sent,
        "waiting for " + place + " was called off" + clause(operation, about) + "; try again",
        "interrupted, request " + (sent ? "sent" : "not sent"),
        cause);
  }

  /** The answer is none, or the way to it failed. */
  ProviderException failed(Operation operation, String about, boolean sent, Throwable cause) {
    ProviderException noKey = KeyFaults.of(cause, place);
    if (noKey != null) {
      return noKey;
    }
    String advice =
        cause instanceof UnknownHostException
            ? "; nobody knows its host: check settings 'region' and 'endpoint'"
            : "; check the network between here and there";
    return of(
        Failure.UNAVAILABLE,
        operation.hasEffect() && sent,
        place + " cannot be reached" + clause(operation, about) + advice,
        // Its message may quote what came over the wire, so only its kind.
        cause.getClass().getName() + ", request " + (sent ? "sent" : "not sent"),
        cause instanceof JsonException ? null : cause);
  }

  /** It answered with something that is none of its answers. */
  ProviderException notUnderstood(Operation operation, String about, JsonException cause) {
    return of(
        Failure.UNAVAILABLE,
        operation.hasEffect(),
        place
            + " gave an answer that cannot be understood"
            + clause(operation, about)
            + "; check what stands between here and there, and try again",
        String.valueOf(cause.getMessage()),
        cause);
  }

  /** It answered that it will not. */
  ProviderException refused(Operation operation, String about, Answer answer) {
    Refusal refusal = Refusal.of(answer);
    boolean unknown = operation.hasEffect() && answer.status() >= 500;
    // What is refused of a write may quote what was to be written.
    String words = operation == Operation.PUT ? "" : refusal.message();
    return of(
        refusal.failure(),
        unknown,
        place + " " + refusal.says(operation, name(about)),
        "%s status=%d code=%s request=%s %s"
            .formatted(
                operation.action(), answer.status(), refusal.code(), answer.requestId(), words)
            .strip(),
        null);
  }

  ProviderException notFound(String name, String why) {
    return none(Failure.NOT_FOUND, place + " has no secret '" + name + "'" + why, "secret=" + name);
  }

  ProviderException deleted(String name) {
    return none(
        Failure.NOT_FOUND,
        "secret '"
            + name
            + "' in "
            + place
            + " is scheduled for deletion; restore it there, or use another",
        "DeletedDate is set, secret=" + name);
  }

  ProviderException denied(String text, String logText) {
    return none(Failure.DENIED, text, logText);
  }

  ProviderException misconfigured(String text, String logText) {
    return none(Failure.MISCONFIGURED, text, logText);
  }

  /** A secret that is there and cannot be used as it is. */
  ProviderException unusable(String name, String why) {
    return none(
        Failure.MISCONFIGURED,
        "secret '" + name + "' in " + place + " cannot be used: " + why,
        "secret=" + name);
  }

  private static ProviderException none(Failure failure, String text, String logText) {
    return ProviderException.withoutEffect(failure, text, logText, null);
  }

  static ProviderException of(
      Failure failure,
      boolean effectUnknown,
      String text,
      String logText,
      @Nullable Throwable cause) {
    return effectUnknown
        ? ProviderException.effectUnknown(failure, text, logText, cause)
        : ProviderException.withoutEffect(failure, text, logText, cause);
  }

  private String what(Operation operation, String about) {
    return operation.action() + " of " + (about.isEmpty() ? place : "'" + about + "' in " + place);
  }

  private static String clause(Operation operation, String about) {
    return " when asked to " + operation.words() + name(about);
  }

  private static String name(String about) {
    return about.isEmpty() ? "" : " '" + about + "'";
  }
}
