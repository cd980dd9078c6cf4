package io.postern.spi.credential;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A failure of a credential provider: one of a closed set, with a text for the person and another
 * for the log (rule ECM-7).
 *
 * <ul>
 *   <li><b>CP-ERR-1</b> MUST be all that a provider throws: whatever a client library throws, and
 *       whatever an odd key or search makes of it, becomes one of the closed set.
 *   <li><b>CP-ERR-2</b> MUST say something: what, which one, why, what to do.
 *   <li><b>CP-LEAK-2</b> MUST NOT show a secret: not in its texts, and nowhere in the chain of its
 *       causes.
 * </ul>
 *
 * <p>DENIED is also the answer to a {@link CredentialProvider#resolve} of an exclusive key by
 * anyone but the person who has it checked out; a check-out of a key that is not exclusive is no
 * failure (see {@link ChecksOutAccounts}).
 */
public final class ProviderException extends PosternException {
  private static final long serialVersionUID = 1L;

  /** The closed set. */
  public enum Failure {
    /** The store cannot be reached, is sealed, or is broken. */
    UNAVAILABLE(ErrorCode.CREDENTIAL_UNAVAILABLE),
    /** It did not answer by the deadline. */
    TIMED_OUT(ErrorCode.CREDENTIAL_TIMED_OUT),
    /** It refuses: Postern's own log-on or right is not enough, or the person may not. */
    DENIED(ErrorCode.CREDENTIAL_DENIED),
    /** It has no such credential. */
    NOT_FOUND(ErrorCode.CREDENTIAL_NOT_FOUND),
    /** It has several where one was meant. */
    AMBIGUOUS(ErrorCode.CREDENTIAL_AMBIGUOUS),
    /** It asks to come back later. No other instance is asked at once: they front one store. */
    THROTTLED(ErrorCode.CREDENTIAL_THROTTLED),
    /** Settings, or what is stored, cannot be used. */
    MISCONFIGURED(ErrorCode.CREDENTIAL_MISCONFIGURED);

    private final ErrorCode code;

    Failure(ErrorCode code) {
      this.code = code;
    }

    /** The error code a caller of Postern sees. */
    public ErrorCode code() {
      return code;
    }

    /** Whether trying again can help. */
    public boolean retryable() {
      return code.retryable();
    }
  }

  private static final int LONGEST_TEXT = 2_000;
  private static final int LONGEST_LOG_TEXT = 4_000;
  private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\\x85\\u2028\\u2029]+");

  private final Failure failure;
  private final String logText;
  private final boolean withoutEffect;

  private ProviderException(
      Failure failure,
      String text,
      String logText,
      boolean withoutEffect,
      @Nullable Throwable cause) {
    super(failure.code(), cut(text, LONGEST_TEXT), cause);
    this.failure = requireNonNull(failure, "failure");
    this.logText = oneLine(cut(requireNonNull(logText, "logText"), LONGEST_LOG_TEXT));
    this.withoutEffect = withoutEffect;
  }

  /** A store's answer may be a whole page; nobody reads it, and every log would keep it. */
  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest) + "…";
  }

  /** What a store says must not look like further lines of the host's log. */
  private static String oneLine(String text) {
    return BREAKS.matcher(text).replaceAll(" ");
  }

  /**
   * A failure of which it is known that the store did nothing, so that the call may be made
   * elsewhere (rule ECM-9): nothing was sent, such as when no connection could be made, or the
   * store answered that it refused.
   */
  public static ProviderException withoutEffect(
      Failure failure, String text, String logText, @Nullable Throwable cause) {
    return new ProviderException(failure, text, logText, true, cause);
  }

  /**
   * A failure after which the store may have done what was asked: such as an answer that never
   * came.
   */
  public static ProviderException effectUnknown(
      Failure failure, String text, String logText, @Nullable Throwable cause) {
    return new ProviderException(failure, text, logText, false, cause);
  }

  /** Which of the closed set. */
  public Failure failure() {
    return failure;
  }

  /**
   * What the log says beyond the text for the person: paths, status codes, the store's own words.
   * No secret. One line: line breaks and other control characters have become spaces.
   *
   * <p>Postern logs it at DEBUG with the manager, the call and the failure, once for each call that
   * fails, also when nobody waits for it any more; and in the warning that calls a person. It is
   * neither shown to people nor written to the audit trail.
   */
  public String logText() {
    return logText;
  }

  /**
   * Whether it is known that the store did nothing.
   *
   * <ul>
   *   <li><b>CP-ERR-3</b> MUST be so only when it is known. After the request has left, an answer
   *       that does not come says nothing: Postern would do it again elsewhere.
   *   <li><b>CP-ERR-4</b> SHOULD be so when no connection could be made: the next instance of the
   *       group is asked at once.
   * </ul>
   */
  public boolean isWithoutEffect() {
    return withoutEffect;
  }
}
