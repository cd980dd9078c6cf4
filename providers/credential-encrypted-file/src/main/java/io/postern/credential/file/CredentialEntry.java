package io.postern.credential.file;

import static java.util.Objects.requireNonNull;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CredentialKind;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.FoundCredential;
import java.text.Normalizer;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link EncryptedCredentialFile} says of one credential, without its secret: whose account
 * it is, and whom and what it is for. Immutable.
 *
 * <p>Every condition that is given must hold, for the endpoint and for the person. One without any
 * is for everybody on the whole site.
 */
public final class CredentialEntry {
  /** What can be asked of endpoint and person, in words, the closest first. */
  enum Condition {
    ITEM("item", Precedence.ITEM),
    HOST("host", Precedence.ITEM),
    GROUP("group", Precedence.GROUP),
    TAG("tag", Precedence.GROUP),
    PERSON("person", Precedence.PERSON),
    PERSON_GROUP("members of", Precedence.PERSON),
    METHOD("method", Precedence.SITE);

    private final String words;
    private final Precedence precedence;

    Condition(String words, Precedence precedence) {
      this.words = words;
      this.precedence = precedence;
    }
  }

  private final String key;
  private final String username;
  private final String label;
  private final CredentialKind kind;
  private final boolean exclusive;
  private final Map<Condition, String> conditions;

  private CredentialEntry(Builder builder) {
    key = builder.key;
    username = builder.username;
    label = builder.label == null ? builder.username : builder.label;
    kind = builder.kind;
    exclusive = builder.exclusive;
    conditions = Collections.unmodifiableMap(new EnumMap<>(builder.conditions));
  }

  /**
   * A user name with a password.
   *
   * @param key what the entry is known by, 1 to 200 characters, unique in the file, not a secret
   * @param username the account, at most 256 characters
   */
  public static Builder password(String key, String username) {
    return new Builder(key, username, CredentialKind.PASSWORD);
  }

  /** A user name with a private key; otherwise as {@link #password}. */
  public static Builder privateKey(String key, String username) {
    return new Builder(key, username, CredentialKind.PRIVATE_KEY);
  }

  /** What the entry is known by. */
  public String key() {
    return key;
  }

  /** The account it logs on as. */
  public String username() {
    return username;
  }

  /** What a person reads when choosing. */
  public String label() {
    return label;
  }

  /** What its secret is. */
  public CredentialKind kind() {
    return kind;
  }

  /** Whether one at a time may have it, by check-out. */
  public boolean isExclusive() {
    return exclusive;
  }

  /** How closely it is tied to what is asked for: by the closest of its conditions. */
  public Precedence precedence() {
    return conditions.keySet().stream()
        .map(condition -> condition.precedence)
        .min(Precedence::compareTo)
        .orElse(Precedence.SITE);
  }

  /** Its conditions in words, such as {@code item orders-db, method ssh}. */
  public String conditionsInWords() {
    return conditions.isEmpty()
        ? "whole site"
        : conditions.entrySet().stream()
            .map(condition -> condition.getKey().words + " " + condition.getValue())
            .collect(Collectors.joining(", "));
  }

  Map<Condition, String> conditions() {
    return conditions;
  }

  /** Whether all that is asked of the endpoint holds. */
  boolean fits(Endpoint endpoint) {
    return holds(Condition.ITEM, endpoint.item().value())
        && holds(Condition.HOST, endpoint.host().toLowerCase(Locale.ROOT))
        && holds(Condition.GROUP, endpoint.group().map(JumpGroupId::value).orElse(""))
        && holds(Condition.TAG, endpoint.tag())
        && holds(Condition.METHOD, endpoint.method());
  }

  /** Whether all that is asked of the person holds. */
  boolean fits(Person person) {
    return holds(Condition.PERSON, person.id().value())
        && (!conditions.containsKey(Condition.PERSON_GROUP)
            || person.groups().stream()
                .anyMatch(group -> holds(Condition.PERSON_GROUP, group.value())));
  }

  FoundCredential found() {
    return FoundCredential.of(key, username, kind, precedence())
        .labelled(label)
        .exclusive(exclusive);
  }

  private boolean holds(Condition condition, String actual) {
    return conditions.getOrDefault(condition, actual).equals(actual);
  }

  /** As the API's identifiers are, so that a key that can be stored can be found. */
  private static String id(String value, String what) {
    String canonical = text(value, what, 200);
    if (canonical.isEmpty()
        || !canonical.equals(canonical.strip())
        || canonical.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          what + " must have 1 to 200 characters, no control characters, and no space at its ends");
    }
    return canonical;
  }

  private static String text(String value, String what, int most) {
    String canonical = Normalizer.normalize(requireNonNull(value, what), Normalizer.Form.NFC);
    if (canonical.length() > most) {
      throw new IllegalArgumentException(
          what + " must have at most " + most + " characters, has " + canonical.length());
    }
    return canonical;
  }

  @Override
  public String toString() {
    return key + " (" + username + ", " + conditionsInWords() + ")";
  }

  /** Describes a {@link CredentialEntry}. Not safe for use by several threads. */
  public static final class Builder {
    private final String key;
    private final String username;
    private final CredentialKind kind;
    private @Nullable String label;
    private boolean exclusive;
    private final Map<Condition, String> conditions = new EnumMap<>(Condition.class);

    private Builder(String key, String username, CredentialKind kind) {
      this.key = id(key, "credential key");
      this.username = text(username, "user name", 256);
      this.kind = kind;
    }

    /** What a person reads when choosing; without it, the user name. */
    public Builder label(String value) {
      label = text(value, "label", 500);
      return this;
    }

    /** One holder at a time, by check-out. */
    public Builder exclusive() {
      exclusive = true;
      return this;
    }

    /** Only for this jump item. */
    public Builder forItem(String itemId) {
      return with(Condition.ITEM, JumpItemId.of(itemId).value());
    }

    /** Only for jump items on this host, in any case of letters. */
    public Builder forHost(String host) {
      return with(Condition.HOST, id(host, "host").toLowerCase(Locale.ROOT));
    }

    /** Only for jump items in this jump group. */
    public Builder forGroup(String jumpGroupId) {
      return with(Condition.GROUP, JumpGroupId.of(jumpGroupId).value());
    }

    /** Only for jump items with this tag. */
    public Builder forTag(String tag) {
      return with(Condition.TAG, id(tag, "tag"));
    }

    /** Only for this person. */
    public Builder forPerson(String personId) {
      return with(Condition.PERSON, PersonId.of(personId).value());
    }

    /** Only for members of this group of people. */
    public Builder forMembersOf(String groupId) {
      return with(Condition.PERSON_GROUP, GroupId.of(groupId).value());
    }

    /** Only for jump items reached this way, such as {@code ssh}. */
    public Builder forMethod(String method) {
      return with(Condition.METHOD, id(method, "method"));
    }

    Builder with(Condition condition, String value) {
      conditions.put(condition, requireNonNull(value, condition.words));
      return this;
    }

    public CredentialEntry build() {
      return new CredentialEntry(this);
    }
  }
}
