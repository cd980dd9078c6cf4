package io.postern.jump;

import static java.util.Objects.requireNonNull;

import io.postern.person.Principal;
import io.postern.text.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A set of items and who may do what with them. Immutable; {@link #with} gives a changed copy.
 *
 * @param id which group
 * @param name what people read
 * @param members people and groups of people, each with what they may do
 */
public record JumpGroup(JumpGroupId id, String name, Map<Principal, Set<JumpPermission>> members) {
  public JumpGroup {
    requireNonNull(id, "id");
    name = Text.prose(name, "name", 200);
    Map<Principal, Set<JumpPermission>> copy = new LinkedHashMap<>();
    members.forEach((member, permissions) -> copy.put(member, Set.copyOf(permissions)));
    members = Map.copyOf(copy);
  }

  /** A group without members, named like its id. */
  public static JumpGroup of(String id) {
    return new JumpGroup(JumpGroupId.of(id), id, Map.of());
  }

  /** The same group with one more member, or with other permissions of one it has. */
  public JumpGroup with(Principal member, JumpPermission... permissions) {
    Map<Principal, Set<JumpPermission>> more = new LinkedHashMap<>(members);
    more.put(member, Set.of(permissions));
    return new JumpGroup(id, name, more);
  }
}
