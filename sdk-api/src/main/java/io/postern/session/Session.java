package io.postern.session;

import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.Credential;
import io.postern.spi.injection.Injector;
import java.time.Duration;
import java.time.Instant;

/**
 * A session in the hands of one person. A handle without state of its own: every call reads, judges
 * and acts anew, so it can be kept, shared between threads, or got again by {@link Sessions#find}.
 *
 * <p>Every call that needs the store throws STORE_UNAVAILABLE when that fails, and STORE_UNCERTAIN
 * when it fails while it commits; every call but that of an owner who lets go of their own asks the
 * host's directory who the caller is, and throws PERSON_UNKNOWN or DIRECTORY_UNAVAILABLE.
 */
public interface Session {
  /** Which session. */
  SessionId id();

  /**
   * The session as it stands now; also for who may read its {@link #report}.
   *
   * @throws io.postern.PosternException SESSION_NOT_FOUND
   */
  SessionDetail detail();

  /** Where it stands now. */
  default SessionStatus status() {
    return detail().status();
  }

  /**
   * Waits until it can be connected.
   *
   * @param atMost how long to wait, by the clock of the machine; more than nothing
   * @return this session
   * @throws io.postern.PosternException SESSION_ENDED with the reason when it ended instead
   *     (denied, expired, ...), SESSION_FROZEN, NOT_AVAILABLE_IN_TIME, INTERRUPTED;
   *     SESSION_NOT_FOUND for who is neither its owner nor an administrator of sessions, at the
   *     beginning of the wait or at its end
   */
  Session awaitAvailable(Duration atMost);

  /**
   * The credentials that fit its owner and item, without secrets (rules LOG-1, LOG-3). Blocks for
   * the credential managers, each within its time limit.
   *
   * @param search a text that user name or label must contain; empty for all
   * @throws io.postern.PosternException SESSION_NOT_FOUND; NOT_PERMITTED for anyone but the owner,
   *     and with JUMP_ITEM_NOT_FOUND, JUMP_ITEM_OFFLINE and JUMP_ITEM_DISABLED for an owner who
   *     could not start it now; PLUGIN_FAILED by the connector, INTERRUPTED, CLOSED. A manager that
   *     does not answer is named in what is returned
   */
  Candidates candidates(String search);

  /** All credentials that fit its owner and item; see {@link #candidates(String)}. */
  default Candidates candidates() {
    return candidates("");
  }

  /**
   * Connects with the one credential that fits (rule LOG-2). Blocks for the credential managers, at
   * most 15 seconds each unless the host set another limit, and for the log-on, at most 30 seconds;
   * as long again for another log-on of the session with the same credential, which is never tried
   * twice at once (rule INJ-6). A session may have several connections.
   *
   * @throws io.postern.PosternException CREDENTIAL_REQUIRED when none fits and one must be typed,
   *     CREDENTIAL_CHOICE_REQUIRED when several do, SESSION_NOT_AVAILABLE, also while another
   *     process of the application has its connections, SESSION_ENDED, SESSION_FROZEN,
   *     SESSION_NOT_FOUND; NOT_PERMITTED for anyone but the owner, and with JUMP_ITEM_NOT_FOUND,
   *     JUMP_ITEM_OFFLINE and JUMP_ITEM_DISABLED for an owner who could not start it now; any other
   *     CREDENTIAL code, an ENDPOINT or HOST_KEY code, LOGON_REFUSED, PRECONDITION_FAILED;
   *     PLUGIN_UNKNOWN for a method that no connector is for, PLUGIN_FAILED, ILLEGAL_CHANGE when it
   *     was changed at the same instant, INTERRUPTED, CLOSED
   */
  Connection connect();

  /**
   * Connects with the credential that the person chose. CREDENTIAL_NOT_A_CANDIDATE when it does not
   * fit.
   */
  Connection connect(CandidateId chosen);

  /**
   * Connects with a credential that the person typed. It is used once and closed, also when this
   * throws, and stored nowhere (rule LOG-4). TYPING_FORBIDDEN where the policy says so.
   */
  Connection connect(Credential typed);

  /**
   * The credentials that fit its owner and item and that {@code target} can take, without secrets
   * (rule INJ-4). Blocks as {@link #candidates(String)}.
   */
  Candidates candidates(Injector<?> target);

  /**
   * Hands the one credential that fits to {@code target}, past the person (rules INJ-1 to INJ-4);
   * needs {@link Tool#INJECTION}. What the target lacks is said before a secret is fetched. Blocks
   * as {@link #connect()}, and for the target on the calling thread, which is to return within 30
   * seconds; others wait no longer for one that does not. The item's method needs no connector for
   * it.
   *
   * @return what the target made, to work with; closed by Postern when the session ends, and
   *     useless from then on. While the session is frozen, or once the tool is not allowed any
   *     more, its use is refused
   * @throws io.postern.PosternException TOOL_NOT_ALLOWED, PLUGIN_FAILED when the target broke its
   *     contract, ENDPOINT_TIMED_OUT also when another target holds the credential and does not
   *     return, and all that {@link #connect()} throws
   */
  <T extends AutoCloseable> T inject(Injector<T> target);

  /**
   * Hands over the credential that the person chose. CREDENTIAL_NOT_A_CANDIDATE when it does not
   * fit.
   */
  <T extends AutoCloseable> T inject(Injector<T> target, CandidateId chosen);

  /**
   * Hands over a credential that the person typed. It is used once and closed, also when this
   * throws, and stored nowhere (rule LOG-4). TYPING_FORBIDDEN where the policy says so.
   */
  <T extends AutoCloseable> T inject(Injector<T> target, Credential typed);

  /**
   * Makes an active session end later by {@code more}; its connections go on and its leases are
   * renewed (rule RES-1). For its owner, who must still be let in. Blocks for the store, and then
   * for the credential managers whose leases are renewed, each within its time limit; a lease that
   * is not renewed now is tried again by itself and fails nothing here.
   *
   * @param more a millisecond or more
   * @return when it ends now
   * @throws io.postern.PosternException EXTENSION_REFUSED with what is in the way and how much
   *     would be possible (rule RES-2), also for nothing or less; SESSION_NOT_AVAILABLE before it
   *     was first connected, SESSION_FROZEN, SESSION_ENDED, SESSION_NOT_FOUND; NOT_PERMITTED for
   *     anyone but the owner, and with JUMP_ITEM_NOT_FOUND, JUMP_ITEM_OFFLINE and
   *     JUMP_ITEM_DISABLED for an owner who could not start it now; PERSON_UNKNOWN,
   *     DIRECTORY_UNAVAILABLE
   */
  Instant extend(Duration more);

  /**
   * Ends it: the endpoint is disconnected, credentials are given back, recordings are sealed.
   * Asking twice is harmless (rule SES-6). Blocks until that is done when the connections live in
   * this process; what a credential manager does not take back now is owed and tried again.
   *
   * <p>Connections in this process are closed also when the store cannot be written; that it ended
   * is then written by itself when the store is back. While it cannot be read either, a session
   * with connections here can be ended by its owner and by administrators of sessions.
   *
   * @throws io.postern.PosternException SESSION_NOT_FOUND for who is neither its owner nor an
   *     administrator of sessions; STORE_UNAVAILABLE and STORE_UNCERTAIN, which say whether
   *     connections were closed; PERSON_UNKNOWN and DIRECTORY_UNAVAILABLE for anyone but the owner
   */
  void end();

  /** Gives up the rest of the reservation and ends the session (rule RES-3). As {@link #end}. */
  void release();

  /**
   * Stops everything that passes until {@link #unfreeze}; for administrators of sessions (rule
   * SES-12). Harmless when it is frozen. Where its connections are in this process nothing passes
   * over them also when the store cannot be written; the rest follows when the store is back.
   *
   * @param message what its people are told, at most 500 characters, may be empty
   * @throws io.postern.PosternException INPUT_INVALID, NOT_PERMITTED, SESSION_ENDED,
   *     SESSION_NOT_FOUND; ILLEGAL_CHANGE before it is available; STORE_UNAVAILABLE, which says
   *     whether it holds over connections here; PERSON_UNKNOWN, DIRECTORY_UNAVAILABLE
   */
  void freeze(String message);

  /**
   * Lets it go on; for administrators of sessions. Harmless when it is not frozen.
   *
   * @throws io.postern.PosternException NOT_PERMITTED, SESSION_ENDED, SESSION_NOT_FOUND
   */
  void unfreeze();

  /**
   * What happened in it (rule REC-7). For the owner, who sees no decider (rule REQ-7), for
   * administrators of sessions, and for members of the item's group with {@link
   * io.postern.jump.JumpPermission#VIEW_REPORTS}. Each look is audited. Blocks for reading the
   * store, longer for a session in which very much was done.
   *
   * @throws io.postern.PosternException SESSION_NOT_FOUND
   */
  SessionReport report();
}
