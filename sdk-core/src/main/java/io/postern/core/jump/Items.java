package io.postern.core.jump;

import io.postern.core.store.Tx;
import io.postern.jump.HostKey;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicy;
import io.postern.person.PersonId;
import io.postern.spi.connector.Connector.HostKeys;
import java.util.List;
import java.util.Optional;

/**
 * The catalog's rows, for rooms that have asked the {@link Judge} or act for Postern itself.
 * Decides no rights.
 */
public interface Items {
  Optional<JumpItem> find(Tx tx, JumpItemId id);

  /** Keys enrolled for an item. */
  List<HostKey> hostKeys(Tx tx, JumpItemId id);

  /**
   * Judges the keys that an item's endpoint shows (rule INJ-5): enrolled is trusted; unknown is
   * refused, or enrolled and audited where the item trusts on first use; changed is refused always.
   * Refusals are audited with both fingerprints.
   */
  HostKeys judgeOf(JumpItem item, PersonId person);

  /**
   * Counts a connection of the person's, for the lists of frequently and recently used items (rule
   * CAT-8).
   */
  void used(Tx tx, PersonId person, JumpItemId item);

  /** The policy as a document, to be kept with a request or session so that it keeps its terms. */
  String document(JumpPolicy policy);

  /** The policy that {@link #document} wrote. */
  JumpPolicy policy(String document);
}
