package io.postern.testing;

/** What a {@link FaultProxy} does to the connections that go through it. */
public enum Fault {
  /** Nothing: bytes go both ways. */
  NONE,
  /** Nobody listens: the connection is refused. */
  REFUSE,
  /** The connection is accepted and closed before a byte is read. */
  CLOSE_AT_ONCE,
  /** The connection is accepted and nothing ever happens on it; the server sees none of it. */
  BLACK_HOLE,
  /** The request reaches the server and is acted on; the answer never comes back. */
  SWALLOW_ANSWER,
  /** The request reaches the server and is acted on; then the connection is reset. */
  RESET_AFTER_REQUEST,
  /** The connection is reset before the server has seen a byte. */
  RESET_BEFORE_REQUEST,
  /** The connection is closed after half of the answer. */
  CUT_ANSWER,
  /** After the request the server sees the client's half closed; the answer comes, once. */
  HALF_CLOSE,
  /** Answers come one byte at a time, with a pause after each: in all, later than anyone waits. */
  TRICKLE,
  /** A byte of the answer is another one. */
  CORRUPT,
  /** Something that is no answer comes, and the server sees nothing. */
  GARBAGE,
  /** Every second connection is reset, the others are fine. */
  FLAPPING
}
