package io.postern.notice;

import io.postern.Page;
import io.postern.PageRequest;

/**
 * What one person was told, the newest first. Safe for use by several threads; blocks for a read of
 * the store.
 */
public interface Inbox {
  /**
   * All notices, read or not.
   *
   * @throws io.postern.PosternException QUERY_INVALID when the place of the page is none
   */
  Page<Notice> list(PageRequest page);

  /**
   * Those the person has not seen.
   *
   * @throws io.postern.PosternException QUERY_INVALID when the place of the page is none
   */
  Page<Notice> unread(PageRequest page);

  /** Marks one as seen. A notice that is not this person's, or does not exist, is left alone. */
  void markRead(NoticeId id);
}
