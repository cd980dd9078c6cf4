package io.postern.audit;

import io.postern.Page;
import io.postern.PageRequest;

/**
 * The record of everything that was changed or refused. Each entry was written in the same
 * transaction as the change it tells of; within a second it is linked into one hash chain.
 *
 * <p>Needs {@link io.postern.person.Privilege#READ_AUDIT}; all methods throw NOT_PERMITTED without
 * it. Safe for use by several threads; each call reads the store once or more and blocks for that
 * long.
 */
public interface AuditTrail {
  /**
   * Entries that match, the newest first. The look is an entry itself.
   *
   * @throws io.postern.PosternException QUERY_INVALID when the place of the page is none,
   *     NOT_PERMITTED
   */
  Page<AuditEntry> list(AuditQuery query, PageRequest page);

  /**
   * Reads the whole chain and recomputes it. Links entries that wait for it first, so that what was
   * committed before the call is covered. A chain shows edits; it does not show that its newest end
   * was cut off, unless the answer of an earlier check is kept elsewhere and compared.
   */
  AuditCheck verify();
}
