package io.postern;

/**
 * Why Postern said no, as a name that programs can rely on.
 *
 * <p>Names are never changed and never reused; new ones may be added, so a {@code switch} needs a
 * default. The text of a {@link PosternException} is for people and may change. The list with
 * meanings stands in {@code docs/errors.md}.
 */
public enum ErrorCode {
  // What the caller asked is not right.
  ASK_INVALID(Category.USER, false, "An ask for a session has faults; all of them are named."),
  INPUT_INVALID(
      Category.USER,
      false,
      "What was given, such as a comment, a command, a shell's name or a length of time, is out of"
          + " its range; all faults are named."),
  SETTINGS_INVALID(
      Category.USER,
      false,
      "Settings of Postern or of a plug-in have faults; all of them are named."),
  CATALOG_INVALID(
      Category.USER, false, "A jump item, group or policy has faults; all of them are named."),
  QUERY_INVALID(Category.USER, false, "A search, a page size or a page cursor cannot be used."),
  NOTHING_MATCHES(Category.USER, false, "One row was expected and none is there."),
  SEVERAL_MATCH(Category.USER, false, "One row was expected and several are there."),
  IDEMPOTENCY_KEY_REUSED(
      Category.USER, false, "An idempotency key came back with a different ask."),
  PERSON_UNKNOWN(Category.USER, false, "The host's directory does not know this person."),
  JUMP_ITEM_NOT_FOUND(Category.USER, false, "No such jump item for this person."),
  CATALOG_ENTRY_NOT_FOUND(Category.USER, false, "No such jump group or policy for this person."),
  REQUEST_NOT_FOUND(Category.USER, false, "No such access request for this person."),
  SESSION_NOT_FOUND(Category.USER, false, "No such session for this person."),
  RECORDING_NOT_FOUND(Category.USER, false, "No such recording for this person."),
  LEASE_NOT_FOUND(Category.USER, false, "No such check-out for this person."),
  CATALOG_ENTRY_IN_USE(
      Category.USER, false, "A group or policy cannot be removed while something uses it."),

  // Rights and policy say no.
  NOT_PERMITTED(Category.DENIED, false, "The person lacks the right for this."),
  SELF_APPROVAL(Category.DENIED, false, "Nobody decides their own request."),
  NOT_AN_APPROVER(Category.DENIED, false, "The person is not among the request's approvers."),
  TOOL_NOT_ALLOWED(Category.DENIED, false, "The session policy does not allow this tool."),
  TYPING_FORBIDDEN(Category.DENIED, false, "The policy forbids credentials that are typed in."),
  EXTENSION_REFUSED(
      Category.DENIED,
      false,
      "The policy, the approval or another reservation forbids the extension."),
  JUMP_ITEM_OFFLINE(Category.DENIED, true, "The jump item is offline."),
  JUMP_ITEM_DISABLED(Category.DENIED, false, "The jump item is disabled."),
  DECISION_TOKEN_INVALID(
      Category.DENIED, false, "A decision link is unknown, used or no longer valid."),

  // Somebody was first, or the thing is in another state.
  RESERVED(Category.CONFLICT, true, "The exclusive item is reserved in this span."),
  ALREADY_DECIDED(
      Category.CONFLICT, false, "The request has its outcome already, or this person has voted."),
  REQUEST_CANCELLED(Category.CONFLICT, false, "The request was cancelled."),
  REQUEST_EXPIRED(Category.CONFLICT, false, "The request expired before it was decided."),
  ILLEGAL_CHANGE(
      Category.CONFLICT, false, "The thing is in a state that does not allow this change."),
  SESSION_NOT_AVAILABLE(Category.CONFLICT, true, "The session is not available yet."),
  SESSION_ENDED(Category.CONFLICT, false, "The session has ended."),
  SESSION_FROZEN(Category.CONFLICT, true, "The session is frozen; nothing passes."),
  NOT_AVAILABLE_IN_TIME(
      Category.CONFLICT, true, "The session did not become available within the time given."),
  CREDENTIAL_CHECKED_OUT(
      Category.CONFLICT, true, "An exclusive account is checked out to somebody."),

  // Which credential logs on.
  CREDENTIAL_REQUIRED(
      Category.USER, false, "No credential fits; user name and password must be typed."),
  CREDENTIAL_CHOICE_REQUIRED(Category.USER, false, "Several credentials fit; one must be chosen."),
  CREDENTIAL_NOT_A_CANDIDATE(
      Category.DENIED, false, "The chosen credential is not valid for this person and item."),

  // Credential managers: the closed set.
  CREDENTIAL_UNAVAILABLE(
      Category.EXTERNAL, true, "The credential manager cannot be reached or is broken."),
  CREDENTIAL_TIMED_OUT(Category.EXTERNAL, true, "The credential manager did not answer in time."),
  CREDENTIAL_DENIED(Category.EXTERNAL, false, "The credential manager refuses this to Postern."),
  CREDENTIAL_NOT_FOUND(Category.EXTERNAL, false, "The credential manager has no such credential."),
  CREDENTIAL_AMBIGUOUS(
      Category.EXTERNAL, false, "The credential manager finds several where one was meant."),
  CREDENTIAL_THROTTLED(Category.EXTERNAL, true, "The credential manager asks to come back later."),
  CREDENTIAL_MISCONFIGURED(
      Category.EXTERNAL, false, "The credential manager's settings or its data are wrong."),

  // Endpoints.
  ENDPOINT_UNREACHABLE(
      Category.EXTERNAL, true, "The host cannot be reached or its name is not known."),
  ENDPOINT_REFUSED(Category.EXTERNAL, true, "The host refuses connections on this port."),
  ENDPOINT_TIMED_OUT(Category.EXTERNAL, true, "The endpoint did not answer in time."),
  ENDPOINT_CLOSED(Category.EXTERNAL, true, "The endpoint closed the connection."),
  ENDPOINT_PROTOCOL(
      Category.EXTERNAL, false, "The endpoint speaks another protocol or no common algorithm."),
  HOST_KEY_UNKNOWN(Category.DENIED, false, "The endpoint's host key is not enrolled."),
  HOST_KEY_CHANGED(
      Category.DENIED, false, "The endpoint shows another host key than the enrolled one."),
  LOGON_REFUSED(
      Category.EXTERNAL, false, "The endpoint refused the credential; it was tried once."),
  PRECONDITION_FAILED(Category.USER, false, "Something the target needs is missing; it is named."),
  CAPABILITY_MISSING(Category.USER, false, "The plug-in or endpoint cannot do this."),
  COMMAND_TIMED_OUT(
      Category.EXTERNAL, false, "The command ran into its time limit and was stopped."),
  REMOTE_FILE_NOT_FOUND(Category.EXTERNAL, false, "The endpoint has no such file or directory."),
  REMOTE_FILE_REFUSED(Category.EXTERNAL, false, "The endpoint refuses this act on the file."),
  LOCAL_FILE_FAILED(Category.USER, false, "A local file cannot be read or written."),

  // Recording.
  RECORDING_FAILED(
      Category.INTERNAL, true, "Recording is demanded and cannot go on; the tool was stopped."),

  // Plug-ins and the ground Postern stands on.
  PLUGIN_UNKNOWN(Category.USER, false, "No plug-in of this name was found."),
  PLUGIN_DUPLICATE(Category.USER, false, "Two plug-ins have the same name."),
  PLUGIN_UNTRUSTED(
      Category.DENIED,
      false,
      "A plug-in is not what the trust file lists, or others may change it; what to do is named."),
  PLUGIN_FAILED(Category.EXTERNAL, false, "A plug-in broke its contract."),
  DIRECTORY_UNAVAILABLE(Category.EXTERNAL, true, "The host's directory of people failed."),
  STORE_UNAVAILABLE(
      Category.EXTERNAL,
      true,
      "The store cannot be reached or refuses to work; nothing was changed in it."),
  STORE_UNCERTAIN(
      Category.EXTERNAL,
      false,
      "The store was lost while a change was committed: it may be there or not; look before you"
          + " repeat it."),
  STORE_DRIVER_MISSING(Category.USER, false, "The JDBC driver is not on the class path."),
  STORE_IN_USE(Category.USER, false, "Another process has the embedded store open."),
  STORE_UNSAFE(Category.USER, false, "The database would lose acknowledged changes in a crash."),
  STORE_SCHEMA(
      Category.USER,
      false,
      "The store's schema is newer than this library, or was changed by hand."),
  INTERRUPTED(
      Category.CONFLICT,
      true,
      "The thread was interrupted while it waited; what it waited for may still have happened."),
  CLOSED(Category.USER, false, "Postern, or this part of it, has been closed."),
  INTERNAL(Category.INTERNAL, false, "A fault in Postern itself.");

  /** Who can do something about it. */
  public enum Category {
    /** The caller: what was asked is not right. */
    USER,
    /** Rights, policy or security say no. */
    DENIED,
    /** Somebody else was first, or the state does not allow it. */
    CONFLICT,
    /** Something outside Postern failed. */
    EXTERNAL,
    /** Postern itself failed. */
    INTERNAL
  }

  private final Category category;
  private final boolean retryable;
  private final String meaning;

  ErrorCode(Category category, boolean retryable, String meaning) {
    this.category = category;
    this.retryable = retryable;
    this.meaning = meaning;
  }

  /** Who can do something about it. */
  public Category category() {
    return category;
  }

  /** Whether the same call may succeed later with nothing changed by the caller. */
  public boolean retryable() {
    return retryable;
  }

  /** What the code means, in one sentence. */
  public String meaning() {
    return meaning;
  }
}
