package io.postern.session;

import io.postern.Page;
import io.postern.PageRequest;
import io.postern.jump.JumpItemId;
import java.util.function.UnaryOperator;

/**
 * Sessions as one person sees them (rule SES-3): their own; with {@link
 * io.postern.person.Privilege#ADMINISTER_SESSIONS} all; and those on items whose reports they may
 * read by {@link io.postern.jump.JumpPermission#VIEW_REPORTS} or because the item lies on their own
 * list. These last they find, list, and read the {@link Session#detail} and {@link Session#report}
 * of; to every other method of {@link Session}, as all sessions else, they do not exist
 * (SESSION_NOT_FOUND).
 *
 * <p>Safe for use by several threads; every call is judged anew and blocks for the store.
 */
public interface Sessions {
  /**
   * Asks for a session. Where the policy demands approval it waits for that, where a start lies
   * ahead it is scheduled, else it is made ready at once; {@link Session#awaitAvailable} waits for
   * any of these. A usable approval that the person has, or that anyone permitted may use, is used
   * by itself instead of asking again.
   *
   * @throws io.postern.PosternException ASK_INVALID with all faults, JUMP_ITEM_NOT_FOUND,
   *     JUMP_ITEM_OFFLINE, JUMP_ITEM_DISABLED, NOT_PERMITTED, RESERVED, IDEMPOTENCY_KEY_REUSED,
   *     ILLEGAL_CHANGE when something it depends on changed at the same instant
   */
  Session start(JumpItemId item, UnaryOperator<Ask> ask);

  /** Asks for a session from now on, for the policy's default duration; see the other method. */
  default Session start(JumpItemId item) {
    return start(item, UnaryOperator.identity());
  }

  /**
   * One session that this person may see. While the store cannot be read, one with connections in
   * this process is found by its owner and by administrators of sessions, who can then end it.
   *
   * @throws io.postern.PosternException SESSION_NOT_FOUND
   */
  Session find(SessionId id);

  /**
   * Sessions that this person may see and that match, the newest first. Reads one page, however
   * many sessions there are, but for the items whose reports the person may read: among their
   * sessions it looks for the newest.
   *
   * @throws io.postern.PosternException QUERY_INVALID when the place of the page is none
   */
  Page<SessionDetail> list(SessionQuery query, PageRequest page);
}
