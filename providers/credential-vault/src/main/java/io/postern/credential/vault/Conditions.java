package io.postern.credential.vault;

import io.postern.credential.Candidate.Precedence;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import io.postern.text.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * For whom and where a credential is. All that are given must hold; each may have several values,
 * one of which must. Immutable.
 */
record Conditions(Map<String, Set<String>> given) {
  private static final List<String> KNOWN =
      List.of("item", "host", "group", "tag", "method", "person", "people");
  private static final String EVERYONE = "everyone";
  private static final String METADATA = "postern-";

  /** What metadata say beside for whom it is. */
  private static final List<String> FACTS =
      List.of(EVERYONE, "username", "label", "kind", "version");

  Conditions {
    given = Map.copyOf(given);
  }

  static Conditions none() {
    return new Conditions(Map.of());
  }

  /**
   * From a setting: {@code group=web|shop, person=maya}, or {@code everyone}.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  static Conditions parse(String text) {
    if (text.strip().equals(EVERYONE)) {
      return new Conditions(Map.of(EVERYONE, Set.of("true")));
    }
    Map<String, Set<String>> given = new LinkedHashMap<>();
    for (String one : text.split(",", -1)) {
      String[] parts = one.strip().split("=", 2);
      if (parts.length != 2 || !KNOWN.contains(parts[0].strip()) || parts[1].isBlank()) {
        throw new IllegalArgumentException(
            "what stands behind 'for' is no condition"
                + VaultSettings.nearest(parts[0].strip(), KNOWN)
                + "; write 'everyone', or one of "
                + String.join(", ", KNOWN)
                + " with '=' and a value");
      }
      given.put(parts[0].strip(), values(parts[1]));
    }
    return new Conditions(given);
  }

  /** From the custom metadata of a secret: {@code postern-group} and so on. */
  static Conditions of(Map<String, String> metadata) {
    Map<String, Set<String>> given = new LinkedHashMap<>();
    for (String name : KNOWN) {
      // One that is there and says nothing holds for nobody: to ignore it would let everybody in.
      if (metadata.containsKey(METADATA + name)) {
        given.put(name, values(metadata.getOrDefault(METADATA + name, "")));
      }
    }
    if (given.isEmpty() && metadata.getOrDefault(METADATA + EVERYONE, "").equals("true")) {
      given.put(EVERYONE, Set.of("true"));
    }
    return new Conditions(given);
  }

  /**
   * What in the custom metadata of a secret has no meaning, each as a sentence. Perhaps a condition
   * with a slip in it, and to ignore one lets more people in.
   */
  static List<String> slips(Map<String, String> metadata) {
    List<String> known = Stream.concat(KNOWN.stream(), FACTS.stream()).toList();
    Stream<String> names =
        metadata.keySet().stream()
            .filter(name -> name.startsWith(METADATA))
            .map(name -> name.substring(METADATA.length()))
            .filter(name -> !known.contains(name))
            .sorted()
            .map(name -> "'" + METADATA + name + "' is not known" + nearest(name, known));
    Stream<String> kinds =
        Stream.ofNullable(metadata.get(METADATA + "kind"))
            .filter(kind -> !KvSettings.KINDS.contains(kind))
            .map(kind -> "'" + METADATA + "kind' must be " + String.join(", ", KvSettings.KINDS));
    return Stream.concat(names, kinds).toList();
  }

  private static String nearest(String name, List<String> known) {
    return Text.nearest(name, known)
        .map(one -> "; did you mean '" + METADATA + one + "'?")
        .orElse("");
  }

  private static Set<String> values(String text) {
    return Stream.of(text.split("\\|", -1))
        .map(String::strip)
        .filter(value -> !value.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether nothing is said of for whom it is. */
  boolean isEmpty() {
    return given.isEmpty();
  }

  boolean fit(Endpoint endpoint, Person person) {
    return fit(endpoint)
        && given.entrySet().stream().allMatch(one -> holds(one.getKey(), one.getValue(), person));
  }

  /** Whether it is for this endpoint, whoever asks. */
  boolean fit(Endpoint endpoint) {
    return given.entrySet().stream().allMatch(one -> holds(one.getKey(), one.getValue(), endpoint));
  }

  private static boolean holds(String what, Set<String> values, Person person) {
    return switch (what) {
      case "person" -> values.contains(person.id().value());
      case "people" -> person.groups().stream().anyMatch(g -> values.contains(g.value()));
      default -> true;
    };
  }

  private static boolean holds(String what, Set<String> values, Endpoint endpoint) {
    return switch (what) {
      case "item" -> values.contains(endpoint.item().value());
      case "host" -> values.stream().anyMatch(endpoint.host()::equalsIgnoreCase); // RFC 4343
      case "group" -> endpoint.group().map(g -> values.contains(g.value())).orElse(false);
      case "tag" -> values.contains(endpoint.tag());
      case "method" -> values.contains(endpoint.method());
      default -> true;
    };
  }

  Precedence precedence() {
    if (given.containsKey("item") || given.containsKey("host")) {
      return Precedence.ITEM;
    }
    if (given.containsKey("group") || given.containsKey("tag")) {
      return Precedence.GROUP;
    }
    return given.containsKey("person") || given.containsKey("people")
        ? Precedence.PERSON
        : Precedence.SITE;
  }

  /** In words for a log. */
  @Override
  public String toString() {
    return new TreeSet<>(given.keySet())
        .stream()
            .map(name -> name + "=" + new TreeSet<>(given.getOrDefault(name, Set.of())))
            .collect(Collectors.joining(" "));
  }
}
