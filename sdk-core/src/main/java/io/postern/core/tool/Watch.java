package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.recording.Recorder;
import io.postern.core.recording.Recorder.Redactions;
import io.postern.core.recording.Recorder.Track;
import io.postern.session.Tool;
import org.jspecify.annotations.Nullable;

/**
 * What stands around every tool of one connection: the session's gate, the audit trail, the
 * recorder. Safe for use by several threads.
 */
final class Watch {
  /** Who acts where no person did. */
  static final String ITSELF = "postern:tool";

  /** What an audit entry shows of a command line or a path. */
  static final int MAX_SHOWN = 2_000;

  private final Gate gate;
  private final Redactions redactions;
  private final Recorder recorder;
  private final Journal journal;

  Watch(Gate gate, Redactions redactions, Recorder recorder, Journal journal) {
    this.gate = gate;
    this.redactions = redactions;
    this.recorder = recorder;
    this.journal = journal;
  }

  Gate gate() {
    return gate;
  }

  String session() {
    return gate.session().value();
  }

  /** Asks whether the tool may be used now; a refusal is an audit entry too (rule SES-15). */
  void judge(Tool tool) {
    try {
      gate.require(tool);
    } catch (PosternException e) {
      if (isNo(e) || e.code().category() == ErrorCode.Category.CONFLICT) {
        throw refused(tool, e);
      }
      throw e;
    }
  }

  /**
   * Whether what was begun by this tool may go on. A session that is frozen or has ended stops it
   * by itself; and an outage in which nothing can be judged takes no right away.
   */
  boolean stillAllows(Tool tool) {
    try {
      gate.require(tool);
      return true;
    } catch (PosternException e) {
      return !isNo(e);
    }
  }

  /**
   * Whether the policies say no. An item that is not there for the owner any more, and an owner
   * whom the directory does not know any more, are a no as well.
   */
  private static boolean isNo(PosternException refusal) {
    ErrorCode.Category category = refusal.code().category();
    return category == ErrorCode.Category.DENIED || category == ErrorCode.Category.USER;
  }

  /** Says that the endpoint cannot do what was asked. */
  PosternException missing(Tool tool, String what) {
    return refused(
        tool,
        new PosternException(
            ErrorCode.CAPABILITY_MISSING,
            "the endpoint of session %s cannot %s: its connector does not offer that; use another tool, or an item that is reached by another connector"
                .formatted(session(), what)));
  }

  private PosternException refused(Tool tool, PosternException refusal) {
    return journal.refused(
        refusal,
        act("tool.refused")
            .because(shown(String.valueOf(refusal.getMessage()), MAX_SHOWN))
            .with("tool", tool.name())
            .with("code", refusal.code().name()));
  }

  /** An act of the session's owner, still to be completed and written. */
  Act act(String action) {
    return Act.of(gate.owner().value(), action, "session:" + session());
  }

  /** The same, done by Postern. */
  Act ownAct(String action) {
    return Act.of(ITSELF, action, "session:" + session());
  }

  void write(Act act) {
    journal.write(act);
  }

  /** Writes how something went wrong, without hiding why. */
  void writeFailure(Act act, RuntimeException failure) {
    String code =
        failure instanceof PosternException known ? known.code().name() : ErrorCode.INTERNAL.name();
    try {
      write(act.with("failed", code));
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** A text of a person's or an endpoint's as it may stand in audit entries and errors. */
  String shown(String text, int max) {
    return Shown.of(redactions.applyTo(text), max);
  }

  /** The end of such a text. */
  String tail(String text, int max) {
    return Shown.tail(redactions.applyTo(text), max);
  }

  /** Begins a recording where one is demanded. Nothing must run when this throws (rule REC-2). */
  @Nullable Track record(String name, int columns, int rows) {
    if (!gate.recorded()) {
      return null;
    }
    try {
      return new UninterruptedTrack(
          recorder.begin(gate.session(), name, columns, rows, redactions));
    } catch (RuntimeException e) {
      PosternException failure = recordingFailure("'" + name + "'", e);
      gate.recordingFailed(failure);
      throw failure;
    }
  }

  /** What people are told when a tool had to stop because it could not be recorded. */
  PosternException recordingFailure(String what, @Nullable Throwable cause) {
    String why = cause == null ? "" : ": " + cause.getMessage();
    return new PosternException(
        ErrorCode.RECORDING_FAILED,
        "%s in session %s was stopped, because it must be recorded and that failed%s"
            .formatted(what, session(), why),
        cause);
  }

  /** Why something cannot be used any more. */
  PosternException over(String what, Ending why, @Nullable Throwable cause) {
    if (why == Ending.RECORDING_FAILED) {
      return cause instanceof PosternException known && known.code() == why.code()
          ? new PosternException(known.code(), String.valueOf(known.getMessage()), known)
          : recordingFailure(what, cause);
    }
    try {
      gate.requireOpen();
    } catch (PosternException e) {
      // The session's end is why everything in it ended, and its text says more.
      if (e.code() == ErrorCode.SESSION_ENDED) {
        return e;
      }
    }
    return new PosternException(
        why.code(), "%s in session %s is over: %s".formatted(what, session(), why.words()), cause);
  }

  /** What a plug-in threw, as callers may see it. */
  PosternException plugin(String what, RuntimeException thrown) {
    return thrown instanceof PosternException known
        ? known
        : new PosternException(
            ErrorCode.PLUGIN_FAILED,
            "%s in session %s failed, because the connector threw %s; tell its vendor"
                .formatted(what, session(), thrown.getClass().getName()),
            thrown);
  }
}
