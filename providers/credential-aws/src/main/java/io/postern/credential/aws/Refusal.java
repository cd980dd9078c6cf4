package io.postern.credential.aws;

import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.json.Json;
import io.postern.spi.json.JsonException;
import java.util.Locale;
import java.util.Set;

/**
 * Why the service says no, and what that is in the closed set.
 *
 * @param failure which of the set
 * @param code AWS's name for it, or {@code HTTP 503}
 * @param message AWS's words, for the log only
 * @param advice what to do, for people
 * @see <a
 *     href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html">AWS
 *     Secrets Manager API Reference: common errors</a>
 */
record Refusal(Failure failure, String code, String message, String advice) {
  private static final Set<String> KEY_REFUSED =
      Set.of(
          "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "IncompleteSignature",
          "IncompleteSignatureException",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException",
          "AuthFailure");
  private static final Set<String> DENIED =
      Set.of(
          "AccessDeniedException",
          "AccessDenied",
          "NotAuthorized",
          "UnauthorizedOperation",
          "UnauthorizedException",
          "OptInRequired");
  private static final Set<String> EXPIRED = Set.of("ExpiredToken", "ExpiredTokenException");
  private static final Set<String> THROTTLED =
      Set.of(
          "TooManyRequestsException",
          "TooManyRequests",
          "RequestLimitExceeded",
          "LimitExceededException",
          "BandwidthLimitExceeded",
          "PriorRequestNotComplete",
          "SlowDown",
          "EC2ThrottledException");

  static Refusal of(Answer answer) {
    if (answer.status() < 100) {
      return new Refusal(
          Failure.UNAVAILABLE, "no HTTP", "", "; check what stands between here and there");
    }
    String code = answer.errorType();
    String message = "";
    try {
      Json body = answer.json();
      code = code.isEmpty() ? body.text("__type").or(() -> body.text("code")).orElse("") : code;
      message = body.text("message").or(() -> body.text("Message")).orElse("");
    } catch (JsonException e) {
      // A load balancer's page, or nothing at all: the status says what there is to say.
    }
    return of(answer.status(), plain(code), message);
  }

  /** Without the namespace before and the address behind. */
  private static String plain(String code) {
    int address = code.indexOf(':');
    String name = address < 0 ? code : code.substring(0, address);
    return name.substring(name.indexOf('#') + 1).strip();
  }

  static Refusal of(int status, String code, String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    if (THROTTLED.contains(code) || code.contains("Throttl") || status == 429) {
      return new Refusal(
          Failure.THROTTLED, named(code, status), message, "; it asks to come back later");
    }
    if (lower.contains("marked for deletion")
        || lower.contains("marked deleted")
        || lower.contains("scheduled for deletion")) {
      return new Refusal(
          Failure.NOT_FOUND,
          code,
          message,
          ": it is scheduled for deletion; restore it there, or use another");
    }
    if (code.equals("ResourceNotFoundException")) {
      return new Refusal(
          Failure.NOT_FOUND,
          code,
          message,
          ": there is no such secret, or it has no value under the version stage that was asked"
              + " for");
    }
    if (DENIED.contains(code)) {
      return new Refusal(
          Failure.DENIED,
          code,
          message,
          lower.contains("kms")
              ? ": the KMS key that seals it may not be used; allow kms:Decrypt, and"
                  + " kms:GenerateDataKey where secrets are rotated"
              : ": the policy of Postern's access key or role does not allow it");
    }
    if (lower.contains("signature expired") || lower.contains("signature not yet current")) {
      return new Refusal(
          Failure.MISCONFIGURED,
          code,
          message,
          ": this machine's clock and AWS's differ too much; set the clock");
    }
    if (KEY_REFUSED.contains(code)) {
      return new Refusal(
          Failure.DENIED,
          code,
          message,
          ": it does not accept Postern's access key; check the key, and that it is active");
    }
    if (EXPIRED.contains(code)) {
      return new Refusal(
          Failure.UNAVAILABLE,
          code,
          message,
          ": Postern's temporary access key has expired; see why it is not renewed");
    }
    if (code.equals("DecryptionFailure") || code.equals("EncryptionFailure")) {
      return new Refusal(
          Failure.MISCONFIGURED,
          code,
          message,
          ": its KMS key cannot be used; see whether it is disabled or deleted");
    }
    if (status >= 500 || status == 408) {
      return new Refusal(Failure.UNAVAILABLE, named(code, status), message, "; try again");
    }
    if (status == 401 || status == 403) {
      return new Refusal(Failure.DENIED, named(code, status), message, "; check Postern's rights");
    }
    return new Refusal(
        Failure.MISCONFIGURED,
        named(code, status),
        message,
        status / 100 == 3
            ? ": this is not where Secrets Manager answers; check setting 'endpoint'"
            : "; the log says why");
  }

  private static String named(String code, int status) {
    return code.isEmpty() ? "HTTP " + status : code;
  }

  /** Such as: does not read 'db/orders' (AccessDeniedException): the policy ... */
  String says(Operation operation, String about) {
    String verb = failure == Failure.UNAVAILABLE ? "cannot " : "does not ";
    return verb + operation.words() + about + " (" + code + ")" + advice;
  }
}
