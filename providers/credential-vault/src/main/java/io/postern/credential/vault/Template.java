package io.postern.credential.vault;

import io.postern.credential.Candidate.Precedence;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A path or name in which {@code {item}} and the like stand for what is asked about. Immutable. */
final class Template {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
  private static final List<String> KNOWN =
      List.of("item", "name", "host", "group", "tag", "person");

  private final String text;
  private final List<String> placeholders = new ArrayList<>();

  /**
   * @throws IllegalArgumentException naming what is wrong with it
   */
  Template(String text) {
    this.text = text;
    Matcher matcher = PLACEHOLDER.matcher(text);
    while (matcher.find()) {
      String name = matcher.group(1);
      if (!KNOWN.contains(name) && !name.matches("attribute\\..+")) {
        throw new IllegalArgumentException(
            "a placeholder is not known"
                + VaultSettings.nearest(name, KNOWN)
                + "; known are {"
                + String.join("}, {", KNOWN)
                + "}, {attribute.<code>}");
      }
      placeholders.add(name);
    }
    String plain = matcher.replaceAll("x");
    if (!Paths.isSafe(plain)) {
      throw new IllegalArgumentException(
          "it is no path: it has an empty part, a dot part, or a sign that is not allowed there");
    }
  }

  /** What it says for this person and endpoint; empty when something that it names is missing. */
  Optional<String> fill(Endpoint endpoint, Person person) {
    StringBuilder filled = new StringBuilder();
    Matcher matcher = PLACEHOLDER.matcher(text);
    int end = 0;
    while (matcher.find()) {
      String value = value(matcher.group(1), endpoint, person);
      // A value must never lead to another place: no slash, no dot part.
      if (value.isEmpty() || value.contains("/") || !Paths.isSafe(value)) {
        return Optional.empty();
      }
      filled.append(text.substring(end, matcher.start())).append(value);
      end = matcher.end();
    }
    return Optional.of(filled.append(text.substring(end)).toString());
  }

  private static String value(String placeholder, Endpoint endpoint, Person person) {
    return switch (placeholder) {
      case "item" -> endpoint.item().value();
      case "name" -> endpoint.name();
      case "host" -> endpoint.host();
      case "group" -> endpoint.group().map(group -> group.value()).orElse("");
      case "tag" -> endpoint.tag();
      case "person" -> person.id().value();
      default ->
          endpoint.attributes().getOrDefault(placeholder.substring("attribute.".length()), "");
    };
  }

  /** Whether it says {@code name} for some person and endpoint. */
  boolean couldSay(String name) {
    return pattern("").matcher(name).matches();
  }

  /** Whether {@code name} lies below what it says for some person and endpoint. */
  boolean couldHold(String name) {
    return pattern(".+").matcher(name).matches();
  }

  private Pattern pattern(String behind) {
    StringBuilder pattern = new StringBuilder();
    Matcher matcher = PLACEHOLDER.matcher(text);
    int end = 0;
    while (matcher.find()) {
      pattern.append(Pattern.quote(text.substring(end, matcher.start()))).append("[^/]+");
      end = matcher.end();
    }
    return Pattern.compile(pattern.append(Pattern.quote(text.substring(end))) + behind);
  }

  boolean isFolder() {
    return text.endsWith("/");
  }

  /** How closely it is tied to what is asked about. */
  Precedence precedence() {
    Precedence closest = Precedence.SITE;
    for (String placeholder : placeholders) {
      Precedence one =
          switch (placeholder) {
            case "group", "tag" -> Precedence.GROUP;
            case "person" -> Precedence.PERSON;
            default -> Precedence.ITEM;
          };
      closest = one.compareTo(closest) < 0 ? one : closest;
    }
    return closest;
  }

  boolean hasPlaceholders() {
    return !placeholders.isEmpty();
  }

  @Override
  public String toString() {
    return text;
  }
}
