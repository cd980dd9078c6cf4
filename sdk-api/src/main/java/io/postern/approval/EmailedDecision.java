package io.postern.approval;

/**
 * A request as somebody sees it who came by a link in a notice and is known only by their e-mail
 * address. The link is useless after a decision of theirs and after the request ended
 * (DECISION_TOKEN_INVALID). Safe for use by several threads; blocks for the store.
 */
public interface EmailedDecision {
  /** What is to be decided. */
  AccessRequest request();

  /** Says yes; see {@link Approvals#approve}. */
  AccessRequest approve(String comment);

  /** Says no; see {@link Approvals#deny}. */
  AccessRequest deny(String comment);
}
