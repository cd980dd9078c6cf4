package io.postern;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of Postern: a {@linkplain #code() code} for programs and a text for people.
 *
 * <p>The text says what failed, which thing, why, and what to do. It never holds a secret. Where
 * several things are wrong at once, {@link #faults()} lists each and the text repeats them. When
 * this is thrown, nothing was changed unless the code's meaning says otherwise.
 */
public class PosternException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient @Nullable List<String> faults;

  /** What failed, which thing, why and what to do, without a secret. */
  public PosternException(ErrorCode code, String message) {
    this(code, message, List.of(), null);
  }

  /** The same with what brought it about; the cause must hold no secret either. */
  public PosternException(ErrorCode code, String message, @Nullable Throwable cause) {
    this(code, message, List.of(), cause);
  }

  /** Says all that is wrong at once: {@code what} followed by the numbered count and each fault. */
  public PosternException(ErrorCode code, String what, List<String> faults) {
    this(code, what, faults, null);
  }

  private PosternException(
      ErrorCode code, String what, List<String> faults, @Nullable Throwable cause) {
    super(
        faults.isEmpty() ? what : what + ": " + count(faults) + ": " + String.join("; ", faults),
        cause);
    this.code = requireNonNull(code, "code");
    this.faults = List.copyOf(faults);
  }

  private static String count(List<String> faults) {
    return faults.size() == 1 ? "1 fault" : faults.size() + " faults";
  }

  /** The reason as a stable name. */
  public ErrorCode code() {
    return code;
  }

  /** Each fault on its own where the input had several; else empty. */
  public List<String> faults() {
    return faults == null ? List.of() : faults;
  }
}
