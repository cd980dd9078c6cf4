package io.postern.credential.vault;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** No answer of the server came, and whether the request can have reached it. */
final class WireFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  enum Kind {
    /** No connection. */
    UNREACHABLE,
    /** The server showed a certificate that is not trusted, or none for its name. */
    UNTRUSTED,
    /** The time was over. */
    TIME_OVER,
    /** The thread was interrupted. */
    CALLED_OFF,
    /** The connection ended or what came was no answer. */
    BROKEN,
    /** The instance was closed. */
    CLOSED
  }

  private final Kind kind;
  private final boolean sent;

  WireFailure(Kind kind, boolean sent, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.sent = sent;
  }

  Kind kind() {
    return kind;
  }

  /** Whether a byte of the request may have reached the server. */
  boolean isSent() {
    return sent;
  }
}
