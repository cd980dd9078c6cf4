package io.postern.core.tool;

import io.postern.ErrorCode;

/** Why a shell, a command, a transfer or a connection is over. */
enum Ending {
  CLOSED("it was closed", ErrorCode.CLOSED),
  CONNECTION_CLOSED("its connection was closed", ErrorCode.CLOSED),
  ENDPOINT_ENDED("the endpoint ended it", ErrorCode.ENDPOINT_CLOSED),
  DROPPED("the connection to the endpoint broke; connect again", ErrorCode.ENDPOINT_CLOSED),
  SESSION_ENDED("its session has ended", ErrorCode.SESSION_ENDED),
  NOT_ALLOWED(
      "what is allowed in its session was changed, and this is not as it was begun",
      ErrorCode.TOOL_NOT_ALLOWED),
  TIMED_OUT("it ran into its time limit", ErrorCode.COMMAND_TIMED_OUT),
  INTERRUPTED("the thread that waited for it was interrupted", ErrorCode.INTERRUPTED),
  RECORDING_FAILED(
      "it must be recorded and the recording failed; nothing went on unrecorded",
      ErrorCode.RECORDING_FAILED),
  BROKEN("a plug-in or Postern itself failed", ErrorCode.INTERNAL);

  private final String words;
  private final ErrorCode code;

  Ending(String words, ErrorCode code) {
    this.words = words;
    this.code = code;
  }

  String words() {
    return words;
  }

  ErrorCode code() {
    return code;
  }
}
