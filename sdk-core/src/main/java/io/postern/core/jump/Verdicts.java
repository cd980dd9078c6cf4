package io.postern.core.jump;

import io.postern.core.store.Tx;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpPermission;
import io.postern.jump.Verdict;
import io.postern.person.Person;
import io.postern.person.Privilege;
import java.util.List;
import java.util.Optional;

/** Says in words what the {@link Rights} of a person mean for an item (rule CAT-11). */
final class Verdicts {
  private Verdicts() {}

  /** Also for items that the person may not see; then {@link Verdict#visible()} is false. */
  static Verdict of(Tx tx, Person person, ItemRow row) {
    return of(person, row, memberships(tx, person, row.item()));
  }

  static Verdict of(Person person, ItemRow row, List<Rights.Membership> memberships) {
    return admittingRule(person, row.item(), memberships)
        .map(rule -> admitted(person, row, rule))
        .orElseGet(() -> refused(person, row.item(), memberships));
  }

  /** The rule by which the person may start the item, while nothing is wrong with it. */
  static Optional<String> admittingRule(Tx tx, Person person, JumpItem item) {
    return admittingRule(person, item, memberships(tx, person, item));
  }

  static Optional<String> admittingRule(
      Person person, JumpItem item, List<Rights.Membership> memberships) {
    if (item.personalListOf().filter(person.id()::equals).isPresent()) {
      return Optional.of("own personal list");
    }
    Optional<String> membership =
        memberships.stream()
            .filter(each -> each.permissions().contains(JumpPermission.START))
            .findFirst()
            .map(each -> membership(item, each));
    return membership.or(
        () ->
            person.may(Privilege.ACCESS_ALL_JUMP_ITEMS)
                ? Optional.of("privilege ACCESS_ALL_JUMP_ITEMS")
                : Optional.empty());
  }

  private static Verdict admitted(Person person, ItemRow row, String rule) {
    String who = "'" + row.item().name() + "' is open to " + person + " by " + rule;
    if (row.status() == JumpItemStatus.DISABLED) {
      return new Verdict(
          true,
          false,
          "item disabled",
          who + ", but it is disabled",
          "somebody who may edit the item enables it");
    }
    if (row.status() == JumpItemStatus.OFFLINE) {
      return new Verdict(
          true,
          false,
          "item offline",
          who + ", but it is reported offline",
          "the item comes back online; try again then");
    }
    return new Verdict(true, true, rule, who, "");
  }

  private static Verdict refused(
      Person person, JumpItem item, List<Rights.Membership> memberships) {
    String remedy = remedy(person, item);
    if (!memberships.isEmpty()) {
      String rule = membership(item, memberships.get(0));
      return new Verdict(
          true,
          false,
          rule,
          person + " sees '" + item.name() + "' by " + rule + ", which does not include START",
          remedy);
    }
    if (person.may(Privilege.ADMINISTER_CATALOG)) {
      return new Verdict(
          true,
          false,
          "privilege ADMINISTER_CATALOG",
          person
              + " sees '"
              + item.name()
              + "' to administer it by privilege ADMINISTER_CATALOG, which lets nobody in",
          remedy);
    }
    return new Verdict(
        false,
        false,
        "no rule allows it",
        "'"
            + item.name()
            + "' does not exist for "
            + person
            + ": it lies "
            + place(item)
            + ", and no membership or privilege of theirs opens that",
        remedy);
  }

  private static String remedy(Person person, JumpItem item) {
    return item.group()
            .map(
                group ->
                    "make "
                        + person.id()
                        + ", or a group of people they are in, a member of group '"
                        + group
                        + "' with START, or")
            .orElse("move the item into a group they may start items of, or")
        + " give them the privilege ACCESS_ALL_JUMP_ITEMS";
  }

  private static List<Rights.Membership> memberships(Tx tx, Person person, JumpItem item) {
    return item.group().map(group -> Rights.memberships(tx, person, group)).orElse(List.of());
  }

  private static String membership(JumpItem item, Rights.Membership membership) {
    return "membership of "
        + item.group().map(group -> "group '" + group + "'").orElse("no group")
        + (membership.through().isEmpty() ? "" : " through '" + membership.through() + "'");
  }

  private static String place(JumpItem item) {
    return item.group()
        .map(group -> "in group '" + group + "'")
        .orElse("on another person's personal list");
  }
}
