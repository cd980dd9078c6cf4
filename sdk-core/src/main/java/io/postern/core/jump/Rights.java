package io.postern.core.jump;

import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Tx;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPermission;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Principal;
import io.postern.person.Privilege;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Who sees what, as rows and as a condition: the same rule, written once beside the other. */
final class Rights {
  /**
   * A membership by which a person is in a jump group.
   *
   * @param through an empty text, or the group of people that is the member
   */
  record Membership(String through, Set<JumpPermission> permissions) {
    Membership {
      permissions = Set.copyOf(permissions);
    }
  }

  private Rights() {}

  /** The items {@code i} that the person may see. */
  static Condition visible(Person person, Dialect dialect) {
    if (seesEverything(person)) {
      return Condition.of("1 = 1");
    }
    Condition inGroups = inGroups(person, dialect);
    Condition onOwnList = onOwnList(person);
    return Condition.of(
        inGroups.sql() + " or " + onOwnList.sql(), inGroups.arguments(onOwnList.arguments()));
  }

  /** The items {@code i} of groups that the person is a member of. */
  static Condition inGroups(Person person, Dialect dialect) {
    return Condition.of(
        "i.group_id in (select m.group_id from jump_group_member m where "
            + isMember("m.kind", "m.principal", dialect)
            + ")",
        person.id(),
        groups(person));
  }

  /** The items {@code i} of groups whose membership permits the person this. */
  static Condition inGroupsPermitting(JumpPermission permission, Person person, Dialect dialect) {
    return Condition.of(
        "i.group_id in (select m.group_id from jump_group_member m where "
            + isMember("m.kind", "m.principal", dialect)
            + " and ',' || m.permissions || ',' like ?)",
        person.id(),
        groups(person),
        "%," + permission.name() + ",%");
  }

  /** The items {@code i} of the person's own list; none of them lies in a group. */
  static Condition onOwnList(Person person) {
    return Condition.of("i.personal_list_of = ?", person.id());
  }

  static boolean seesEverything(Person person) {
    return person.may(Privilege.ACCESS_ALL_JUMP_ITEMS) || person.may(Privilege.ADMINISTER_CATALOG);
  }

  /**
   * Whether kind and principal are a person or one of their groups. Its arguments are the person's
   * id and {@link #groups}: one text whatever their number, so that the statement is always the
   * same.
   */
  static String isMember(String kind, String principal, Dialect dialect) {
    return "((%1$s = 'PERSON' and %2$s = ?) or (%1$s = 'GROUP' and %2$s in %3$s))"
        .formatted(kind, principal, amongTexts(dialect));
  }

  /** What is among the texts of one argument, a JSON array: one statement whatever their number. */
  static String amongTexts(Dialect dialect) {
    return "(select value from " + texts(dialect) + ")";
  }

  private static String texts(Dialect dialect) {
    return dialect == Dialect.SQLITE
        ? "json_each(?)"
        : "jsonb_array_elements_text(cast(? as jsonb))";
  }

  static String groups(Person person) {
    return JsonObject.array(person.groups().stream().map(GroupId::value).sorted().toList());
  }

  /** How the person is a member of the group, their own membership first. */
  static List<Membership> memberships(Tx tx, Person person, JumpGroupId group) {
    return tx.list(
        "select kind, principal, permissions from jump_group_member where group_id = ? and "
            + isMember("kind", "principal", tx.dialect())
            + " order by kind desc, principal",
        row -> membership(row.text("kind"), row.text("principal"), row.text("permissions")),
        group,
        person.id(),
        groups(person));
  }

  static Membership membership(String kind, String principal, String permissions) {
    return new Membership(kind.equals("PERSON") ? "" : principal, permissions(permissions));
  }

  /** What the person may do with items of this place, without regard to any one of them. */
  static Set<JumpPermission> in(Tx tx, Person person, JumpItem place) {
    Set<JumpPermission> permissions = EnumSet.noneOf(JumpPermission.class);
    place
        .group()
        .ifPresent(
            group ->
                memberships(tx, person, group)
                    .forEach(membership -> permissions.addAll(membership.permissions())));
    if (place.personalListOf().filter(person.id()::equals).isPresent()) {
      permissions.addAll(EnumSet.allOf(JumpPermission.class));
    }
    if (person.may(Privilege.ADMINISTER_CATALOG)) {
      permissions.addAll(
          EnumSet.of(JumpPermission.ADD, JumpPermission.EDIT, JumpPermission.REMOVE));
    }
    if (person.may(Privilege.ACCESS_ALL_JUMP_ITEMS)) {
      permissions.add(JumpPermission.START);
    }
    return permissions;
  }

  static boolean sees(Tx tx, Person person, JumpItem item) {
    return seesByThemselves(person, item)
        || item.group().filter(group -> !memberships(tx, person, group).isEmpty()).isPresent();
  }

  static Principal principal(String kind, String value) {
    return kind.equals("GROUP") ? GroupId.of(value) : PersonId.of(value);
  }

  static boolean sees(Person person, Standing standing) {
    return seesByThemselves(person, standing.row().item()) || !standing.memberships().isEmpty();
  }

  private static boolean seesByThemselves(Person person, JumpItem item) {
    return seesEverything(person) || item.personalListOf().filter(person.id()::equals).isPresent();
  }

  static String kind(Principal principal) {
    return principal instanceof GroupId ? "GROUP" : "PERSON";
  }

  static String text(Set<JumpPermission> permissions) {
    return permissions.stream().sorted().map(Enum::name).collect(Collectors.joining(","));
  }

  static Set<JumpPermission> permissions(String text) {
    return text.isEmpty()
        ? Set.of()
        : Arrays.stream(text.split(",", -1))
            .map(JumpPermission::valueOf)
            .collect(Collectors.toUnmodifiableSet());
  }
}
