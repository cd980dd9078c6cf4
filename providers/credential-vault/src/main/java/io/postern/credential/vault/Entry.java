package io.postern.credential.vault;

import io.postern.credential.Candidate.Precedence;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a setting that says which path or role is for whom: {@code <path or role> [as <user>]
 * [for <conditions>]}. Immutable.
 *
 * @param template the path or role
 * @param as the user name; empty when the store knows it
 * @param conditions for whom, beside what the placeholders say
 */
record Entry(Template template, Optional<Template> as, Conditions conditions) {
  /** With its engine and a user name it has to fit into a credential's key. */
  private static final int MOST_NAME = 120;

  private static final int MOST_USER = 60;
  private static final Pattern FORM =
      Pattern.compile("(\\S+)(?:\\s+as\\s+(\\S+))?(?:\\s+for\\s+(.+))?");

  /**
   * All entries of a setting, separated by semicolons or line ends.
   *
   * @param faults takes what is wrong, as sentences
   */
  static List<Entry> parse(String setting, String text, boolean metadata, List<String> faults) {
    List<Entry> entries = new ArrayList<>();
    int number = 0;
    for (String one : text.split("[;\\n]", -1)) {
      if (!one.isBlank()) {
        number++;
        try {
          entries.add(parse(one.strip(), metadata));
        } catch (IllegalArgumentException e) {
          // By its number: of a value nothing is repeated, for it may be a secret in the wrong
          // line.
          faults.add("setting '" + setting + "', entry " + number + ": " + e.getMessage());
        }
      }
    }
    return entries;
  }

  private static Entry parse(String text, boolean metadata) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "write '<path or role>', perhaps 'as <user name>', perhaps 'for <conditions>'");
    }
    Template template = new Template(matcher.group(1));
    Optional<Template> as = Optional.ofNullable(matcher.group(2)).map(Template::new);
    Conditions conditions =
        Optional.ofNullable(matcher.group(3)).map(Conditions::parse).orElse(Conditions.none());
    Entry entry = new Entry(template, as, conditions);
    if (!entry.saysForWhom() && !metadata) {
      throw new IllegalArgumentException(
          "it does not say for whom it is; put a placeholder such as {item} into it, or 'for"
              + " group=...' behind it, or 'for everyone'");
    }
    return entry;
  }

  /** Whether it is tied to anything, or to everyone on purpose. */
  boolean saysForWhom() {
    return template.hasPlaceholders() || !conditions.isEmpty();
  }

  /** The path or role for this person and endpoint; empty when it is not for them. */
  Optional<String> name(Endpoint endpoint, Person person) {
    return conditions.fit(endpoint, person)
        ? template.fill(endpoint, person).filter(name -> name.length() <= MOST_NAME)
        : Optional.empty();
  }

  boolean isNamed(String name, Place place) {
    return name(place.endpoint(), place.person()).equals(Optional.of(name));
  }

  /** The user name for this person and endpoint, where it is given here. */
  Optional<String> user(Endpoint endpoint, Person person) {
    return as.flatMap(template -> template.fill(endpoint, person))
        .filter(user -> user.length() <= MOST_USER);
  }

  Precedence precedence() {
    Precedence one = template.precedence();
    Precedence other = conditions.precedence();
    return one.compareTo(other) < 0 ? one : other;
  }
}
