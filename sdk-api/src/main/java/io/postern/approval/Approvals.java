package io.postern.approval;

import io.postern.Page;
import io.postern.PageRequest;
import java.util.List;

/**
 * Requests and decisions, as one person sees them: their own requests, those they may decide, and
 * approvals that they may use. Others do not exist (REQUEST_NOT_FOUND).
 *
 * <p>Safe for use by several threads; every call is judged anew and blocks for the store. Of two
 * changes at the same instant exactly one happens and the loser's exception says which (rule
 * REQ-13).
 */
public interface Approvals {
  /**
   * Requests that wait for this person's decision, the newest first.
   *
   * @throws io.postern.PosternException QUERY_INVALID when the place of the page is none
   */
  Page<AccessRequest> toDecide(PageRequest page);

  /**
   * Requests that this person made, the newest first.
   *
   * @throws io.postern.PosternException QUERY_INVALID when the place of the page is none
   */
  Page<AccessRequest> mine(PageRequest page);

  /**
   * One request.
   *
   * @throws io.postern.PosternException REQUEST_NOT_FOUND
   */
  AccessRequest find(RequestId id);

  /**
   * Who decided and how; for approvers of the request only.
   *
   * @throws io.postern.PosternException REQUEST_NOT_FOUND, NOT_AN_APPROVER
   */
  List<Decision> decisions(RequestId id);

  /**
   * Says yes. The request is approved once enough approvers did.
   *
   * @param comment for the requester and the other approvers, at most 2,000 characters, may be
   *     empty
   * @return the request after this decision
   * @throws io.postern.PosternException INPUT_INVALID for the comment, NOT_AN_APPROVER,
   *     SELF_APPROVAL, ALREADY_DECIDED, REQUEST_CANCELLED, REQUEST_EXPIRED, REQUEST_NOT_FOUND
   */
  AccessRequest approve(RequestId id, String comment);

  /** Says no, which ends the request. Otherwise as {@link #approve}. */
  AccessRequest deny(RequestId id, String comment);

  /**
   * Takes a pending request back, or revokes an approved one; what that does to a live session is
   * the policy's choice (rule REQ-10). The requester may; where the approval applies to anyone
   * permitted, they may too (rule REQ-9).
   *
   * @param comment as for {@link #approve}
   * @return the request after that
   * @throws io.postern.PosternException INPUT_INVALID for the comment, NOT_PERMITTED,
   *     ALREADY_DECIDED for a denied one, REQUEST_CANCELLED, also for one that was revoked,
   *     REQUEST_EXPIRED, REQUEST_NOT_FOUND, ILLEGAL_CHANGE when it was changed at the same instant;
   *     PERSON_UNKNOWN, DIRECTORY_UNAVAILABLE, STORE_UNAVAILABLE
   */
  AccessRequest cancel(RequestId id, String comment);
}
