package io.postern.jump;

import static java.util.Objects.requireNonNull;

import io.postern.person.PersonId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint one may be let into, as an administrator describes it (rule CAT-1). Immutable. What
 * is wrong with it is said when it is saved, all at once.
 */
public final class JumpItem {
  private final JumpItemId id;
  private final String name;
  private final String method;
  private final String host;
  private final int port;
  private final @Nullable JumpGroupId group;
  private final @Nullable PersonId personalListOf;
  private final String comments;
  private final String tag;
  private final String publicIp;
  private final String privateIp;
  private final String operatingSystem;
  private final Map<String, String> attributes;
  private final @Nullable JumpPolicyId jumpPolicy;
  private final @Nullable SessionPolicyId sessionPolicy;
  private final Occupancy occupancy;
  private final boolean disabled;
  private final HostKeyTrust hostKeyTrust;

  private JumpItem(Builder builder) {
    id = builder.id;
    name = builder.name;
    method = builder.method;
    host = builder.host;
    port = builder.port;
    group = builder.group;
    personalListOf = builder.personalListOf;
    comments = builder.comments;
    tag = builder.tag;
    publicIp = builder.publicIp;
    privateIp = builder.privateIp;
    operatingSystem = builder.operatingSystem;
    attributes = Map.copyOf(builder.attributes);
    jumpPolicy = builder.jumpPolicy;
    sessionPolicy = builder.sessionPolicy;
    occupancy = builder.occupancy;
    disabled = builder.disabled;
    hostKeyTrust = builder.hostKeyTrust;
  }

  /** An item reached by SSH, named like its id. */
  public static Builder ssh(String id, String host, int port) {
    return new Builder(JumpItemId.of(id), "ssh", host, port);
  }

  /** An item reached by the connector called {@code method}. */
  public static Builder reachedBy(String method, String id, String host, int port) {
    return new Builder(JumpItemId.of(id), method, host, port);
  }

  /** A builder that holds everything of this item, to change some of it. */
  public Builder toBuilder() {
    Builder builder = new Builder(id, method, host, port);
    builder.name = name;
    builder.group = group;
    builder.personalListOf = personalListOf;
    builder.comments = comments;
    builder.tag = tag;
    builder.publicIp = publicIp;
    builder.privateIp = privateIp;
    builder.operatingSystem = operatingSystem;
    builder.attributes.putAll(attributes);
    builder.jumpPolicy = jumpPolicy;
    builder.sessionPolicy = sessionPolicy;
    builder.occupancy = occupancy;
    builder.disabled = disabled;
    builder.hostKeyTrust = hostKeyTrust;
    return builder;
  }

  /** Which item. */
  public JumpItemId id() {
    return id;
  }

  /** What people read. */
  public String name() {
    return name;
  }

  /** The name of the connector by which it is reached. */
  public String method() {
    return method;
  }

  /** Host name or address. */
  public String host() {
    return host;
  }

  /** The port there. */
  public int port() {
    return port;
  }

  /** The group it lies in; empty for an item of a personal list. */
  public Optional<JumpGroupId> group() {
    return Optional.ofNullable(group);
  }

  /** Whose personal list it lies on; empty for an item of a group. */
  public Optional<PersonId> personalListOf() {
    return Optional.ofNullable(personalListOf);
  }

  /** What people should know of it, or an empty text. */
  public String comments() {
    return comments;
  }

  /** A word to sort items by, or an empty text. */
  public String tag() {
    return tag;
  }

  /** Its public address, for people to search by, or an empty text. */
  public String publicIp() {
    return publicIp;
  }

  /** Its private address, for people to search by, or an empty text. */
  public String privateIp() {
    return privateIp;
  }

  /** Its operating system in words, or an empty text. */
  public String operatingSystem() {
    return operatingSystem;
  }

  /** Custom attributes by code name. */
  public Map<String, String> attributes() {
    return attributes;
  }

  /** Under which terms one gets in; empty for {@link JumpPolicy#standard()}. */
  public Optional<JumpPolicyId> jumpPolicy() {
    return Optional.ofNullable(jumpPolicy);
  }

  /** What is allowed inside; empty where the person's and the site's policy decide. */
  public Optional<SessionPolicyId> sessionPolicy() {
    return Optional.ofNullable(sessionPolicy);
  }

  /** How many sessions it bears at once. */
  public Occupancy occupancy() {
    return occupancy;
  }

  /** Whether starts are refused. */
  public boolean disabled() {
    return disabled;
  }

  /** What is done with a host key that is not enrolled. */
  public HostKeyTrust hostKeyTrust() {
    return hostKeyTrust;
  }

  /** What is wrong with it, each as a sentence; empty when nothing is. */
  public List<String> faults() {
    return new JumpItemFaults().of(this);
  }

  @Override
  public String toString() {
    return name + " (" + id + ")";
  }

  /** Describes a {@link JumpItem}. Not safe for use by several threads. */
  public static final class Builder {
    private final JumpItemId id;
    private final String method;
    private String host;
    private int port;
    private String name;
    private @Nullable JumpGroupId group;
    private @Nullable PersonId personalListOf;
    private String comments = "";
    private String tag = "";
    private String publicIp = "";
    private String privateIp = "";
    private String operatingSystem = "";
    private final Map<String, String> attributes = new TreeMap<>();
    private @Nullable JumpPolicyId jumpPolicy;
    private @Nullable SessionPolicyId sessionPolicy;
    private Occupancy occupancy = Occupancy.shared();
    private boolean disabled;
    private HostKeyTrust hostKeyTrust = HostKeyTrust.ENROLLED_ONLY;

    private Builder(JumpItemId id, String method, String host, int port) {
      this.id = id;
      this.name = id.value();
      this.method = requireNonNull(method, "method");
      this.host = requireNonNull(host, "host");
      this.port = port;
    }

    /** What people read, 1 to 200 characters; the id by default. */
    public Builder name(String newName) {
      name = requireNonNull(newName, "name");
      return this;
    }

    /** Where it is: 1 to 253 characters without spaces, and a port from 1 to 65,535. */
    public Builder at(String newHost, int newPort) {
      host = requireNonNull(newHost, "host");
      port = newPort;
      return this;
    }

    /** Puts it into a group, and off any personal list. */
    public Builder in(JumpGroupId newGroup) {
      group = requireNonNull(newGroup, "group");
      personalListOf = null;
      return this;
    }

    /** Puts it on a person's own list, and out of any group. */
    public Builder onPersonalListOf(PersonId owner) {
      personalListOf = requireNonNull(owner, "owner");
      group = null;
      return this;
    }

    /** What people should know of it, at most 4,000 characters. */
    public Builder comments(String text) {
      comments = requireNonNull(text, "comments");
      return this;
    }

    /** A word to sort items and match credentials by, at most 200 characters. */
    public Builder tag(String text) {
      tag = requireNonNull(text, "tag");
      return this;
    }

    /** Its public address, at most 200 characters; not checked, only searched. */
    public Builder publicIp(String address) {
      publicIp = requireNonNull(address, "public IP");
      return this;
    }

    /** Its private address, at most 200 characters; not checked, only searched. */
    public Builder privateIp(String address) {
      privateIp = requireNonNull(address, "private IP");
      return this;
    }

    /** Its operating system in words, at most 200 characters. */
    public Builder operatingSystem(String system) {
      operatingSystem = requireNonNull(system, "operating system");
      return this;
    }

    /**
     * Sets a custom attribute; an empty value removes it.
     *
     * @param codeName a lower-case letter, then at most 63 lower-case letters, digits and
     *     underscores
     * @param value at most 1,000 characters
     */
    public Builder attribute(String codeName, String value) {
      if (value.isEmpty()) {
        attributes.remove(codeName);
      } else {
        attributes.put(codeName, value);
      }
      return this;
    }

    /** Under which terms one gets in; without any, {@link JumpPolicy#standard()} holds. */
    public Builder terms(JumpPolicyId policy) {
      jumpPolicy = requireNonNull(policy, "jump policy");
      return this;
    }

    /** What is allowed inside; without any, the person's and the site's session policy decide. */
    public Builder allowing(SessionPolicyId policy) {
      sessionPolicy = requireNonNull(policy, "session policy");
      return this;
    }

    /** How many sessions it bears at once; any number by default. */
    public Builder occupancy(Occupancy newOccupancy) {
      occupancy = requireNonNull(newOccupancy, "occupancy");
      return this;
    }

    /** Refuses starts, or allows them again. */
    public Builder disabled(boolean off) {
      disabled = off;
      return this;
    }

    /** What is done with a host key that is not enrolled; refused by default. */
    public Builder hostKeyTrust(HostKeyTrust trust) {
      hostKeyTrust = requireNonNull(trust, "host key trust");
      return this;
    }

    /** The item as described so far; what is wrong with it is said when it is saved. */
    public JumpItem build() {
      return new JumpItem(this);
    }
  }
}
