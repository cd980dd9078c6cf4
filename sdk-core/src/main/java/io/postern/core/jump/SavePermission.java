package io.postern.core.jump;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.store.Tx;
import io.postern.jump.HostKeyTrust;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPermission;
import io.postern.person.Person;
import io.postern.person.Privilege;
import java.util.Optional;

/**
 * Who may save which change of an item (rule CAT-2).
 *
 * <p>Members and owners describe items; the terms of entry, what is allowed inside and whom to
 * trust stay with who administers the catalog, and so does the endpoint of an item that trusts on
 * first use. Otherwise a member who may edit would lift the approval that is meant for them, go in,
 * and put it back.
 */
final class SavePermission {
  private SavePermission() {}

  static void require(Tx tx, Person person, Optional<JumpItem> before, JumpItem after) {
    if (person.may(Privilege.ADMINISTER_CATALOG)) {
      return;
    }
    Optional<JumpItem> visible = before.filter(item -> Rights.sees(tx, person, item));
    boolean stays =
        visible
            .filter(
                item ->
                    item.group().equals(after.group())
                        && item.personalListOf().equals(after.personalListOf()))
            .isPresent();
    if (visible.isPresent()) {
      require(tx, person, visible.get(), JumpPermission.EDIT);
      if (!stays) {
        require(tx, person, visible.get(), JumpPermission.REMOVE);
      }
    }
    if (!stays) {
      require(tx, person, after, JumpPermission.ADD);
    }
    requireSameTerms(person, visible, after);
    requireSameEndpoint(person, visible, after);
    if (before.isPresent() && visible.isEmpty()) {
      throw new PosternException(
          ErrorCode.CATALOG_INVALID,
          "the id '" + after.id() + "' cannot be used for a new item; choose another");
    }
  }

  private static void requireSameTerms(Person person, Optional<JumpItem> before, JumpItem after) {
    boolean same =
        before.flatMap(JumpItem::jumpPolicy).equals(after.jumpPolicy())
            && before.flatMap(JumpItem::sessionPolicy).equals(after.sessionPolicy())
            && (after.hostKeyTrust() == HostKeyTrust.ENROLLED_ONLY
                || before.map(JumpItem::hostKeyTrust).equals(Optional.of(after.hostKeyTrust())));
    if (!same) {
      throw new PosternException(
          ErrorCode.NOT_PERMITTED,
          person
              + " may not set the jump policy, the session policy or the host key trust of '"
              + after.id()
              + "': that needs the privilege "
              + Privilege.ADMINISTER_CATALOG
              + "; leave them as they are");
    }
  }

  /**
   * With trust on first use the next connection would enrol whatever answers at the new place, and
   * send it the injected secret.
   */
  private static void requireSameEndpoint(
      Person person, Optional<JumpItem> before, JumpItem after) {
    boolean moved =
        before
            .filter(
                item ->
                    !item.host().equals(after.host())
                        || item.port() != after.port()
                        || !item.method().equals(after.method()))
            .isPresent();
    if (moved && after.hostKeyTrust() == HostKeyTrust.TRUST_ON_FIRST_USE) {
      throw new PosternException(
          ErrorCode.NOT_PERMITTED,
          person
              + " may not change the host, port or method of '"
              + after.id()
              + "' while it trusts a host key on first use, because whatever answers there would"
              + " be trusted with its credentials: that needs the privilege "
              + Privilege.ADMINISTER_CATALOG
              + "; save it with "
              + HostKeyTrust.ENROLLED_ONLY
              + " to change it without");
    }
  }

  /** The person must have the permission where the item lies. */
  static void require(Tx tx, Person person, JumpItem item, JumpPermission permission) {
    if (!Rights.in(tx, person, item).contains(permission)) {
      throw new PosternException(
          ErrorCode.NOT_PERMITTED,
          person
              + " has no permission "
              + permission
              + " for '"
              + item.id()
              + "' in "
              + ItemDifference.place(item)
              + "; somebody with the privilege "
              + Privilege.ADMINISTER_CATALOG
              + " can give it");
    }
  }
}
