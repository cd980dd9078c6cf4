package io.postern.credential.aws;

import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Failures on the way to an access key: before anything is asked, and so without effect. */
final class KeyFaults {
  private KeyFaults() {}

  /** What the SDK's exception stands for; null when it is none of the SDK's. */
  static @Nullable ProviderException of(Throwable cause, String place) {
    if (!(cause instanceof SdkException)) {
      return null;
    }
    if (cause instanceof AwsServiceException said) {
      String code = said.awsErrorDetails() == null ? "" : said.awsErrorDetails().errorCode();
      Refusal refusal = Refusal.of(said.statusCode(), code == null ? "" : code, "");
      return failure(
          refusal.failure(),
          "Postern's role for "
              + place
              + " could not be assumed ("
              + refusal.code()
              + "); check settings 'role-arn' and 'external-id', and the role's trust policy",
          "AssumeRole status=" + said.statusCode() + " request=" + said.requestId(),
          cause);
    }
    if (cause instanceof ApiCallTimeoutException) {
      return failure(
          Failure.TIMED_OUT,
          "Postern's role for " + place + " could not be assumed in time; try again",
          "AssumeRole timed out",
          cause);
    }
    String message = String.valueOf(cause.getMessage());
    return message.contains("region")
        ? failure(
            Failure.MISCONFIGURED,
            "nobody says in which region " + place + " is; give setting 'region'",
            "no region in the default chain",
            cause)
        : failure(
            Failure.UNAVAILABLE,
            "there is no access key for "
                + place
                + " to be had; give settings, or check the default credential chain",
            "no credentials: " + cause.getClass().getSimpleName(),
            cause);
  }

  private static ProviderException failure(
      Failure failure, String text, String logText, Throwable cause) {
    return ProviderException.withoutEffect(failure, text, logText, cause);
  }
}
