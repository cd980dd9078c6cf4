package io.postern.core.jump;

import io.postern.core.audit.Act;
import io.postern.jump.JumpItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was changed about an item, for the audit trail: the names of all that changed, and both
 * values of what decides where one gets and under which terms. Comments and attributes are texts of
 * people's, which may hold anything; their values stay out of it.
 */
final class ItemDifference {
  private final List<String> names = new ArrayList<>();
  private Act act;

  private ItemDifference(Act act) {
    this.act = act;
  }

  static Act added(Act act, JumpItem item) {
    return act.with("name", item.name())
        .with("host", item.host() + ":" + item.port())
        .with("method", item.method())
        .with("place", place(item));
  }

  /** The act with the differences; empty when there are none. */
  static Optional<Act> between(Act act, JumpItem before, JumpItem after) {
    ItemDifference difference = new ItemDifference(act);
    difference.told("name", before.name(), after.name());
    difference.told("method", before.method(), after.method());
    difference.told("host", before.host(), after.host());
    difference.told("port", before.port(), after.port());
    difference.told("place", place(before), place(after));
    difference.told("jump policy", before.jumpPolicy(), after.jumpPolicy());
    difference.told("session policy", before.sessionPolicy(), after.sessionPolicy());
    difference.told("occupancy", before.occupancy(), after.occupancy());
    difference.told("disabled", before.disabled(), after.disabled());
    difference.told("host key trust", before.hostKeyTrust(), after.hostKeyTrust());
    difference.named("comments", before.comments(), after.comments());
    difference.named("tag", before.tag(), after.tag());
    difference.named("public IP", before.publicIp(), after.publicIp());
    difference.named("private IP", before.privateIp(), after.privateIp());
    difference.named("operating system", before.operatingSystem(), after.operatingSystem());
    Set<String> attributes = new TreeSet<>(before.attributes().keySet());
    attributes.addAll(after.attributes().keySet());
    attributes.forEach(
        code ->
            difference.named(
                "attribute " + code,
                before.attributes().getOrDefault(code, ""),
                after.attributes().getOrDefault(code, "")));
    return difference.names.isEmpty()
        ? Optional.empty()
        : Optional.of(difference.act.with("changed", String.join(", ", difference.names)));
  }

  private void told(String name, Object before, Object after) {
    if (named(name, before, after)) {
      act = act.with(name, word(before) + " -> " + word(after));
    }
  }

  private boolean named(String name, Object before, Object after) {
    boolean different = !before.equals(after);
    if (different) {
      names.add(name);
    }
    return different;
  }

  private static String word(Object value) {
    return value instanceof Optional<?> optional
        ? optional.map(Object::toString).orElse("none")
        : value.toString();
  }

  static String place(JumpItem item) {
    return item.group()
        .map(group -> "group '" + group + "'")
        .or(() -> item.personalListOf().map(owner -> "personal list of '" + owner + "'"))
        .orElse("nowhere");
  }
}
