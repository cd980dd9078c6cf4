package io.postern.person;

import static java.util.Objects.requireNonNull;

import io.postern.text.Text;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who acts, as the host's directory describes them at this moment. Immutable.
 *
 * <p>Postern authenticates nobody: the host does, and names the person by id to {@link
 * io.postern.Postern#as}.
 */
public final class Person {
  /** Whether a person or a program acts. */
  public enum Kind {
    /** A person, who may also decide. */
    HUMAN,
    /** A service or agent: it may ask, and people decide (rule VIS-3). */
    TECHNICAL
  }

  private final PersonId id;
  private final String name;
  private final String email;
  private final Kind kind;
  private final @Nullable OrganisationId organisation;
  private final Set<GroupId> groups;
  private final Set<Privilege> privileges;

  private Person(Builder builder) {
    id = builder.id;
    name = builder.name;
    email = builder.email;
    kind = builder.kind;
    organisation = builder.organisation;
    groups = Set.copyOf(builder.groups);
    privileges = Set.copyOf(builder.privileges);
  }

  /** A human without e-mail, groups or privileges, to be described further. */
  public static Builder named(String id, String name) {
    return new Builder(PersonId.of(id), name);
  }

  /** The host's identifier. */
  public PersonId id() {
    return id;
  }

  /** The name that other people see. */
  public String name() {
    return name;
  }

  /** The e-mail address, or an empty text. */
  public String email() {
    return email;
  }

  /** Whether a person or a program. */
  public Kind kind() {
    return kind;
  }

  /** To which organisation they belong; empty when the host names none. */
  public Optional<OrganisationId> organisation() {
    return Optional.ofNullable(organisation);
  }

  /** The groups they are in now. */
  public Set<GroupId> groups() {
    return groups;
  }

  /** The rights they have that are not bound to a jump group. */
  public Set<Privilege> privileges() {
    return privileges;
  }

  /** Whether the person has this privilege. */
  public boolean may(Privilege privilege) {
    return privileges.contains(privilege);
  }

  /** Whether {@code principal} is this person or one of their groups. */
  public boolean is(Principal principal) {
    return principal instanceof GroupId group ? groups.contains(group) : id.equals(principal);
  }

  /** The name and the id, for people to read. */
  @Override
  public String toString() {
    return name + " (" + id + ")";
  }

  /** Describes a {@link Person}. Not safe for use by several threads. */
  public static final class Builder {
    private final PersonId id;
    private final String name;
    private String email = "";
    private Kind kind = Kind.HUMAN;
    private @Nullable OrganisationId organisation;
    private final Set<GroupId> groups = new HashSet<>();
    private final Set<Privilege> privileges = EnumSet.noneOf(Privilege.class);

    private Builder(PersonId id, String name) {
      this.id = id;
      this.name = Text.prose(name, "name", 200);
    }

    /** The e-mail address, at most 254 characters; none by default. */
    public Builder email(String address) {
      email = Text.prose(address, "e-mail address", 254);
      return this;
    }

    /** Says that this is a service or agent. */
    public Builder technical() {
      kind = Kind.TECHNICAL;
      return this;
    }

    /** The organisation; none by default. */
    public Builder organisation(String organisationId) {
      organisation = OrganisationId.of(organisationId);
      return this;
    }

    /** Adds groups, by id. */
    public Builder memberOf(String... groupIds) {
      for (String group : groupIds) {
        groups.add(GroupId.of(group));
      }
      return this;
    }

    /** Adds groups. */
    public Builder memberOf(Collection<GroupId> groupIds) {
      groups.addAll(groupIds);
      return this;
    }

    /** Adds privileges; nobody has any by default. */
    public Builder with(Privilege... granted) {
      for (Privilege privilege : granted) {
        privileges.add(requireNonNull(privilege, "privilege"));
      }
      return this;
    }

    /** The person as described so far. */
    public Person build() {
      return new Person(this);
    }
  }
}
