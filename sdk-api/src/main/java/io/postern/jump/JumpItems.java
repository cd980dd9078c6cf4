package io.postern.jump;

import io.postern.Page;
import io.postern.PageRequest;
import java.util.List;

/**
 * The items that one person may see. What they may not see does not exist here: same answer, same
 * time (rule VIS-2).
 *
 * <p>Safe for use by several threads; every call is judged anew and blocks for reads of the store.
 */
public interface JumpItems {
  /**
   * The first page of items in which every word of {@code text} stands somewhere, by name.
   *
   * @throws io.postern.PosternException QUERY_INVALID when the text is too long; see {@link
   *     JumpItemQuery#text}
   */
  default Page<JumpItemSummary> search(String text) {
    return search(JumpItemQuery.all().text(text), PageRequest.first());
  }

  /**
   * Items that match, by name.
   *
   * @throws io.postern.PosternException QUERY_INVALID when the place of the page is none
   */
  Page<JumpItemSummary> search(JumpItemQuery query, PageRequest page);

  /**
   * The items this person used most, the most used first (rule CAT-8).
   *
   * @param limit how many at most, 1 to 1,000
   * @throws io.postern.PosternException QUERY_INVALID for another limit
   */
  List<JumpItemSummary> frequentlyUsed(int limit);

  /**
   * The items this person used last, the latest first (rule CAT-8).
   *
   * @param limit how many at most, 1 to 1,000
   * @throws io.postern.PosternException QUERY_INVALID for another limit
   */
  List<JumpItemSummary> recentlyUsed(int limit);

  /**
   * All that this person may know of an item.
   *
   * @throws io.postern.PosternException JUMP_ITEM_NOT_FOUND
   */
  JumpItemDetail detail(JumpItemId id);

  /**
   * The terms under which this person would get in, to be shown before they ask (rule REQ-2).
   *
   * @throws io.postern.PosternException JUMP_ITEM_NOT_FOUND
   */
  Terms terms(JumpItemId id);

  /**
   * What this person may do with an item and why (rule CAT-11).
   *
   * @throws io.postern.PosternException JUMP_ITEM_NOT_FOUND
   */
  Verdict explain(JumpItemId id);
}
