package io.postern.core.jump;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.store.Tx;
import io.postern.jump.HostKeyTrust;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPermission;
import io.postern.person.Person;
import io.postern.person.Privilege;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may save which change of an item (rule CAT-2).
 *
 * <p>Members and owners describe items. The terms of entry, what is allowed inside and whom to
 * trust stay with who administers the catalog; otherwise a member who may edit would lift the
 * approval that is meant for them, go in, and put it back. So does everything by which an item
 * comes to a credential (rule LOG-5): a member who may choose it would have a secret that is meant
 * for another item sent to a host of their own.
 */
final class SavePermission {
  private SavePermission() {}

  /**
   * @param provesHost whether the item's method has its hosts prove by a key who they are, so that
   *     nothing is sent to a host that no administrator has enrolled
   */
  static void require(
      Tx tx, Person person, Optional<JumpItem> before, JumpItem after, boolean provesHost) {
    if (person.may(Privilege.ADMINISTER_CATALOG)) {
      return;
    }
    Optional<JumpItem> visible = before.filter(item -> Rights.sees(tx, person, item));
    if (visible.isPresent()) {
      require(tx, person, visible.get(), JumpPermission.EDIT);
    } else {
      require(tx, person, after, JumpPermission.ADD);
    }
    requireSameTerms(person, visible, after);
    requireSameMatching(person, visible, after);
    requireProvenEndpoint(person, visible, after, provesHost);
    // A credential may be meant for the item that was: who adds another must not choose its id.
    if (visible.isEmpty() && (before.isPresent() || ItemRows.wasRemoved(tx, after.id()))) {
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
   * What credentials are matched by. Tag and attributes of a personal list are the owner's to
   * write, because no plug-in is shown them.
   */
  private static void requireSameMatching(
      Person person, Optional<JumpItem> before, JumpItem after) {
    List<String> changed = new ArrayList<>();
    if (after.personalListOf().isEmpty()) {
      if (!before.map(JumpItem::tag).orElse("").equals(after.tag())) {
        changed.add("the tag");
      }
      if (!before.map(JumpItem::attributes).orElse(Map.of()).equals(after.attributes())) {
        changed.add("the attributes");
      }
    }
    before.ifPresent(
        item -> {
          if (!item.method().equals(after.method())) {
            changed.add("the method");
          }
          if (!item.group().equals(after.group())
              || !item.personalListOf().equals(after.personalListOf())) {
            changed.add("the place");
          }
        });
    if (!changed.isEmpty()) {
      throw new PosternException(
          ErrorCode.NOT_PERMITTED,
          person
              + " may not set "
              + String.join(" and ", changed)
              + " of '"
              + after.id()
              + "', because credentials are found by them: that needs the privilege "
              + Privilege.ADMINISTER_CATALOG
              + (before.isPresent() ? "; leave them as they are" : "; add it without"));
    }
  }

  /**
   * A secret goes only where an administrator has enrolled the host's key. With trust on first use
   * the next connection would enrol whatever answers at the new place, and where hosts have no keys
   * nobody would ask.
   */
  private static void requireProvenEndpoint(
      Person person, Optional<JumpItem> before, JumpItem after, boolean provesHost) {
    boolean led =
        before
            .filter(item -> item.host().equals(after.host()) && item.port() == after.port())
            .isPresent();
    if (led) {
      return;
    }
    if (after.hostKeyTrust() == HostKeyTrust.TRUST_ON_FIRST_USE) {
      throw new PosternException(
          ErrorCode.NOT_PERMITTED,
          person
              + " may not change the host or port of '"
              + after.id()
              + "' while it trusts a host key on first use, because whatever answers there would"
              + " be trusted with its credentials: that needs the privilege "
              + Privilege.ADMINISTER_CATALOG
              + "; save it with "
              + HostKeyTrust.ENROLLED_ONLY
              + " to change it without");
    }
    if (!provesHost) {
      throw new PosternException(
          ErrorCode.NOT_PERMITTED,
          person
              + " may not say where '"
              + after.id()
              + "' leads, because no connector is configured for '"
              + after.method()
              + "' that checks host keys, and credentials would go to whatever answers there: that"
              + " needs the privilege "
              + Privilege.ADMINISTER_CATALOG);
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
