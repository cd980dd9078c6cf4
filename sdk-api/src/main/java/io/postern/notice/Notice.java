package io.postern.notice;

import java.time.Instant;

/**
 * Something that a person was told (rule NOT-1).
 *
 * @param id which notice
 * @param kind what about
 * @param about the kind and id of the thing, such as {@code request:01J9…}
 * @param subject one line
 * @param text the whole notice
 * @param at when
 * @param read whether the person has seen it
 */
public record Notice(
    NoticeId id, Kind kind, String about, String subject, String text, Instant at, boolean read) {
  /** What a notice is about. Kinds may be added. */
  public enum Kind {
    /** A request waits for this person's decision. */
    APPROVAL_ASKED,
    /** A request of this person's was approved. */
    REQUEST_APPROVED,
    /** A request of this person's was denied. */
    REQUEST_DENIED,
    /** A request of this person's was cancelled, or an approval was revoked. */
    REQUEST_CANCELLED,
    /** A request of this person's expired. */
    REQUEST_EXPIRED,
    /** A session of this person's can be connected. */
    SESSION_AVAILABLE,
    /** A session of this person's could not begin. */
    SESSION_REFUSED,
    /** A session of this person's was frozen, or goes on. */
    SESSION_FROZEN,
    /** A session of this person's ended without their doing. */
    SESSION_ENDED
  }
}
