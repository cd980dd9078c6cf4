package io.postern.credential.vault;

import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import org.jspecify.annotations.Nullable;

/** What goes wrong with one Vault, in the words of the closed set. */
final class Faults {
  private final String server;

  Faults(String server) {
    this.server = server;
  }

  String server() {
    return server;
  }

  /** No whole answer came. */
  ProviderException of(WireFailure e, Ask ask) {
    boolean without = !e.isSent() || !ask.acts();
    return switch (e.kind()) {
      case TIME_OVER ->
          failure(
              Failure.TIMED_OUT,
              without,
              ask,
              "it did not answer in time; try again",
              e.getMessage(),
              e);
      case CALLED_OFF ->
          failure(
              Failure.TIMED_OUT,
              without,
              ask,
              "the work was called off; try again",
              e.getMessage(),
              e);
      case UNREACHABLE ->
          failure(
              Failure.UNAVAILABLE,
              without,
              ask,
              "it cannot be reached; check that it runs and that the network lets this host through",
              e.getMessage(),
              e);
      case UNTRUSTED ->
          failure(
              Failure.MISCONFIGURED,
              without,
              ask,
              "its certificate is not trusted, or is for another name; check settings 'ca-file' and"
                  + " 'address', and who answers there",
              e.getMessage(),
              e);
      case BROKEN ->
          failure(
              Failure.UNAVAILABLE,
              without,
              ask,
              "the connection broke; try again",
              e.getMessage(),
              e);
      case CLOSED ->
          failure(
              Failure.UNAVAILABLE,
              without,
              ask,
              "this instance was closed; use the newer one",
              e.getMessage(),
              e);
    };
  }

  /** Something came that is no answer of Vault's. */
  ProviderException unreadable(Ask ask, String why, @Nullable Throwable cause) {
    return failure(
        Failure.UNAVAILABLE,
        !ask.acts(),
        ask,
        "what came is no answer of Vault's; check setting 'address' and any proxy between",
        why,
        cause);
  }

  /** Vault answered with another status than 2xx. */
  ProviderException refused(Ask ask, Answer answer) {
    boolean reads = !ask.acts();
    String log = answer.inWords();
    return switch (answer.status()) {
      case 400 ->
          failure(
              Failure.MISCONFIGURED,
              true,
              ask,
              "it takes the request for a wrong one; see the log",
              log,
              null);
      case 403 ->
          failure(
              Failure.DENIED,
              true,
              ask,
              "it does not allow that to the account that Postern uses there; check its policies",
              log,
              null);
      case 404 ->
          answer.says("no handler for route")
              ? failure(
                  Failure.MISCONFIGURED,
                  true,
                  ask,
                  "no secrets engine is mounted there; check the mount settings and the namespace",
                  log,
                  null)
              : failure(Failure.NOT_FOUND, true, ask, "there is no such thing", log, null);
      case 405, 301, 302, 303, 307, 308 ->
          failure(
              Failure.MISCONFIGURED,
              true,
              ask,
              "something else answers there; check setting 'address'",
              log,
              null);
      case 412 ->
          failure(
              Failure.UNAVAILABLE,
              true,
              ask,
              "that server has not caught up with the others; try again",
              log,
              null);
      case 429 ->
          failure(
              Failure.THROTTLED,
              true,
              ask,
              "it asks to come back later",
              log + retryAfter(answer),
              null);
      case 472, 473, 501 ->
          failure(
              Failure.UNAVAILABLE,
              true,
              ask,
              "that server is not the one that serves: a standby, a replica, or not initialised",
              log,
              null);
      case 503 ->
          // Vault itself did nothing; a proxy that says the same may have passed the request on.
          answer.says("sealed")
              ? failure(
                  Failure.UNAVAILABLE,
                  true,
                  ask,
                  "it is sealed; an operator has to unseal it",
                  log,
                  null)
              : failure(Failure.UNAVAILABLE, reads, ask, "it is out of service", log, null);
      default ->
          answer.status() >= 500
              ? failure(
                  Failure.UNAVAILABLE,
                  reads,
                  ask,
                  "it failed; see its log, and try again",
                  log,
                  null)
              : failure(
                  Failure.MISCONFIGURED,
                  answer.status() >= 400 || reads,
                  ask,
                  "it answered in a way that is not expected",
                  log,
                  null);
    };
  }

  private static String retryAfter(Answer answer) {
    return answer
        .wire()
        .header("retry-after")
        .filter(value -> value.matches("\\d{1,9}"))
        .map(value -> " retry-after=" + value)
        .orElse("");
  }

  private ProviderException failure(
      Failure failure,
      boolean without,
      Ask ask,
      String why,
      @Nullable String log,
      @Nullable Throwable cause) {
    return of(failure, without, ask.what() + " failed: " + why, ask + ": " + log, cause);
  }

  ProviderException closed() {
    return of(
        Failure.UNAVAILABLE, true, "this instance was closed; use the newer one", "closed", null);
  }

  ProviderException misconfigured(String text, String log) {
    return of(Failure.MISCONFIGURED, true, text, log, null);
  }

  ProviderException notFound(String key) {
    return of(
        Failure.NOT_FOUND,
        true,
        "there is no credential '" + key + "'; look at what can be found",
        "key=" + key,
        null);
  }

  ProviderException denied(String text, String log) {
    return of(Failure.DENIED, true, text, log, null);
  }

  /** The same failure, of a call that had done something before. */
  ProviderException perhapsDone(ProviderException e) {
    return e.isWithoutEffect()
        ? ProviderException.effectUnknown(
            e.failure(), String.valueOf(e.getMessage()), e.logText(), e)
        : e;
  }

  ProviderException of(
      Failure failure, boolean without, String text, String log, @Nullable Throwable cause) {
    String whole = "Vault at " + server + ": " + text;
    return without
        ? ProviderException.withoutEffect(failure, whole, log, cause)
        : ProviderException.effectUnknown(failure, whole, log, cause);
  }
}
