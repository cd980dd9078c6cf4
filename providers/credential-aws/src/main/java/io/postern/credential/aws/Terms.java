package io.postern.credential.aws;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CredentialKind;
import io.postern.jump.JumpGroupId;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import io.postern.text.Text;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whom and what a secret is for, and what it consists of, as its tags say. Immutable.
 *
 * <p>A tag's key is one of these, or one of these with a dot and anything behind it, since a secret
 * has each key once only: {@code postern:item.2}. Of several values for one condition one must
 * hold; of several conditions all. A secret without any is for nobody: that it is for the whole
 * site is said by a tag too.
 */
final class Terms {
  /** What every key of ours begins with. */
  static final String PREFIX = "postern:";

  /** What can be asked of endpoint and person; the closest first. */
  private enum Condition {
    ITEM("item", Precedence.ITEM),
    HOST("host", Precedence.ITEM),
    GROUP("group", Precedence.GROUP),
    TAG("tag", Precedence.GROUP),
    PERSON("person", Precedence.PERSON),
    MEMBERS_OF("members-of", Precedence.PERSON),
    METHOD("method", Precedence.SITE),
    SITE("site", Precedence.SITE);

    private final String key;
    private final Precedence precedence;

    Condition(String key, Precedence precedence) {
      this.key = key;
      this.precedence = precedence;
    }
  }

  private static final String USERNAME = "username";
  private static final String KIND = "kind";
  private static final String LABEL = "label";
  private static final String STAGES = "stages";
  private static final String FORMAT = "format";
  private static final List<String> FACTS = List.of(USERNAME, KIND, LABEL, STAGES, FORMAT);

  private final Map<Condition, List<String>> conditions = new EnumMap<>(Condition.class);
  private final Map<String, String> facts;
  private final List<String> faults = new ArrayList<>();

  private Terms(Map<String, String> tags) {
    Map<String, String> said = new java.util.HashMap<>();
    for (String key : new TreeSet<>(tags.keySet())) {
      if (!key.startsWith(PREFIX)) {
        continue;
      }
      String name = key.substring(PREFIX.length());
      String value = tags.getOrDefault(key, "");
      Optional<Condition> condition = condition(name);
      if (condition.isPresent()) {
        conditions.computeIfAbsent(condition.get(), any -> new ArrayList<>()).add(value);
      } else if (FACTS.contains(name)) {
        said.put(name, value);
      } else {
        // Perhaps a condition with a slip in it, and to ignore one lets more people in.
        faults.add("tag '" + key + "' is not known" + nearest(name));
      }
    }
    facts = Map.copyOf(said);
    if (kind().isEmpty()) {
      faults.add(
          "tag '"
              + PREFIX
              + KIND
              + "' is '"
              + facts.get(KIND)
              + "', and must be password, private-key, certificate or token");
    }
    String format = facts.getOrDefault(FORMAT, "plain");
    if (!format.equals("plain")) {
      faults.add("tag '" + PREFIX + FORMAT + "' is '" + format + "', and may only be plain");
    }
  }

  static Terms of(StoredSecret secret) {
    return new Terms(secret.tags());
  }

  private static Optional<Condition> condition(String name) {
    for (Condition one : Condition.values()) {
      if (name.equals(one.key) || name.startsWith(one.key + ".")) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  private static String nearest(String name) {
    List<String> known = new ArrayList<>(FACTS);
    for (Condition one : Condition.values()) {
      known.add(one.key);
    }
    return Text.nearest(name, known)
        .map(near -> "; did you mean '" + PREFIX + near + "'?")
        .orElse("");
  }

  /** What is wrong with the tags, each as a sentence. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  /** Whether the endpoint is one that it is for. */
  boolean fits(Endpoint endpoint) {
    return !conditions.isEmpty()
        && holds(Condition.ITEM, endpoint.item().value())
        && holds(Condition.HOST, endpoint.host().toLowerCase(Locale.ROOT))
        && holds(Condition.GROUP, endpoint.group().map(JumpGroupId::value).orElse(""))
        && holds(Condition.TAG, endpoint.tag())
        && holds(Condition.METHOD, endpoint.method())
        && holds(Condition.SITE, "true");
  }

  /** Whether the person is one that it is for. */
  boolean fits(Person person) {
    return holds(Condition.PERSON, person.id().value())
        && (!conditions.containsKey(Condition.MEMBERS_OF)
            || person.groups().stream()
                .anyMatch(group -> holds(Condition.MEMBERS_OF, group.value())));
  }

  private boolean holds(Condition condition, String actual) {
    List<String> wanted = conditions.get(condition);
    return wanted == null
        || (!actual.isEmpty()
            && wanted.stream()
                .map(one -> condition == Condition.HOST ? one.toLowerCase(Locale.ROOT) : one)
                .anyMatch(actual::equals));
  }

  /** By the closest of its conditions. */
  Precedence precedence() {
    return conditions.keySet().stream()
        .map(condition -> condition.precedence)
        .min(Precedence::compareTo)
        .orElse(Precedence.SITE);
  }

  /** Empty when the tag says something else than a kind. */
  Optional<CredentialKind> kind() {
    return switch (facts.getOrDefault(KIND, "password")) {
      case "password" -> Optional.of(CredentialKind.PASSWORD);
      case "private-key" -> Optional.of(CredentialKind.PRIVATE_KEY);
      case "certificate" -> Optional.of(CredentialKind.CERTIFICATE);
      case "token" -> Optional.of(CredentialKind.TOKEN);
      default -> Optional.empty();
    };
  }

  /** Whose account it is, if the tags say so. */
  Optional<String> username() {
    return Optional.ofNullable(facts.get(USERNAME)).filter(name -> !name.isBlank());
  }

  Optional<String> label() {
    return Optional.ofNullable(facts.get(LABEL)).filter(text -> !text.isBlank());
  }

  /** Which version stages are offered. */
  List<String> stages(String usual) {
    String listed = facts.getOrDefault(STAGES, "").strip();
    return listed.isEmpty() ? List.of(usual) : List.of(listed.split("\\s+", -1));
  }

  /** Whether the whole value is the secret, even when it begins like JSON. */
  boolean isPlain() {
    return facts.containsKey(FORMAT);
  }
}
