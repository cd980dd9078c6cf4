package io.postern.core.tool;

import io.postern.person.PersonId;
import io.postern.session.SessionId;
import io.postern.session.Tool;

/**
 * What the guard asks of the session whose connection it wraps. Safe for use by several threads.
 */
public interface Gate {
  SessionId session();

  /** Who owns the session and acts through the connection. */
  PersonId owner();

  /**
   * Judges the use of a tool anew, by the store and the policies of now.
   *
   * @throws io.postern.PosternException TOOL_NOT_ALLOWED, SESSION_ENDED, SESSION_FROZEN,
   *     NOT_PERMITTED
   */
  void require(Tool tool);

  /** Whether recordings are demanded, by the policies of now. */
  boolean recorded();

  /**
   * A cheap look at what this process knows, for every chunk that passes in.
   *
   * @throws io.postern.PosternException SESSION_ENDED, SESSION_FROZEN
   */
  void requireOpen();

  /**
   * For output: returns at once while the session goes on, waits while it is frozen, and is false
   * once it ended. An interrupt ends the wait, and the answer is false then: that is how a shell
   * that is closed while its session is frozen gets its thread back.
   */
  boolean awaitOpen();

  /**
   * Says that recording cannot go on, so that the session learns of it. Called once the tool has
   * stopped, by a thread that holds no lock; the connection may be closed from here.
   */
  void recordingFailed(Throwable cause);
}
