package io.postern.jump;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The terms of entry: justification, duration, approval, extension, revocation. Also called
 * connection profile. Immutable. What is wrong with it is said when it is saved, all at once.
 */
public final class JumpPolicy {
  /** Whether something must be given with a request (rule REQ-3). */
  public enum Demand {
    /** It is not asked for, and refused when given. */
    NONE,
    /** It may be given. */
    OPTIONAL,
    /** It must be given. */
    MANDATORY
  }

  /** What revoking an approval does to a session that is live (rule REQ-10). */
  public enum OnRevocation {
    /** The session ends. */
    END,
    /** The session is frozen; an administrator of sessions lets it go on. */
    FREEZE,
    /** The session goes on and its people are told. */
    CONTINUE
  }

  private final JumpPolicyId id;
  private final String name;
  private final String description;
  private final Demand reason;
  private final Demand ticket;
  private final Duration defaultDuration;
  private final Duration maxDuration;
  private final Duration claimWithin;
  private final @Nullable ApprovalTerms approval;
  private final Duration extensionEach;
  private final int extensionTimes;
  private final boolean typingAllowed;
  private final boolean rotateAfterUse;
  private final boolean simultaneousCheckOut;
  private final @Nullable Duration viewableFor;
  private final OnRevocation onRevocation;

  private JumpPolicy(Builder builder) {
    id = builder.id;
    name = builder.name;
    description = builder.description;
    reason = builder.reason;
    ticket = builder.ticket;
    defaultDuration = builder.defaultDuration;
    maxDuration = builder.maxDuration;
    claimWithin = builder.claimWithin;
    approval = builder.approval;
    extensionEach = builder.extensionEach;
    extensionTimes = builder.extensionTimes;
    typingAllowed = builder.typingAllowed;
    rotateAfterUse = builder.rotateAfterUse;
    simultaneousCheckOut = builder.simultaneousCheckOut;
    viewableFor = builder.viewableFor;
    onRevocation = builder.onRevocation;
  }

  /** A policy with the defaults that each method of the builder names, called like its id. */
  public static Builder named(String id) {
    return new Builder(JumpPolicyId.of(id));
  }

  /**
   * What holds for an item without a policy: reason and ticket optional, one hour by default and
   * eight at most, no approval, no extension.
   */
  public static JumpPolicy standard() {
    return named("standard").description("No policy is set; the standard terms hold.").build();
  }

  /** A builder that holds everything of this policy, to change some of it. */
  public Builder toBuilder() {
    Builder builder = new Builder(id);
    builder.name = name;
    builder.description = description;
    builder.reason = reason;
    builder.ticket = ticket;
    builder.defaultDuration = defaultDuration;
    builder.maxDuration = maxDuration;
    builder.claimWithin = claimWithin;
    builder.approval = approval;
    builder.extensionEach = extensionEach;
    builder.extensionTimes = extensionTimes;
    builder.typingAllowed = typingAllowed;
    builder.rotateAfterUse = rotateAfterUse;
    builder.simultaneousCheckOut = simultaneousCheckOut;
    builder.viewableFor = viewableFor;
    builder.onRevocation = onRevocation;
    return builder;
  }

  /** Which policy. */
  public JumpPolicyId id() {
    return id;
  }

  /** What people read. */
  public String name() {
    return name;
  }

  /** What people are told before they ask, or an empty text. */
  public String description() {
    return description;
  }

  /** Whether a reason must be given. */
  public Demand reason() {
    return reason;
  }

  /** Whether a ticket number must be given. */
  public Demand ticket() {
    return ticket;
  }

  /** How long a session lasts when nothing is said. */
  public Duration defaultDuration() {
    return defaultDuration;
  }

  /** How long a session, and a check-out, lasts at most. */
  public Duration maxDuration() {
    return maxDuration;
  }

  /** How long a session that is available waits for its first connection before it expires. */
  public Duration claimWithin() {
    return claimWithin;
  }

  /** Who must say yes; empty when nobody needs to. */
  public Optional<ApprovalTerms> approval() {
    return Optional.ofNullable(approval);
  }

  /** The longest single extension; nothing when sessions cannot be extended. */
  public Duration extensionEach() {
    return extensionEach;
  }

  /** How often a session can be extended. */
  public int extensionTimes() {
    return extensionTimes;
  }

  /** Whether a person may type a credential of their own (rule LOG-2). */
  public boolean typingAllowed() {
    return typingAllowed;
  }

  /** Whether a managed credential is rotated when the session gives it back (rule OUT-4). */
  public boolean rotateAfterUse() {
    return rotateAfterUse;
  }

  /** Whether several may check an account out at once that is not exclusive (rule OUT-3). */
  public boolean simultaneousCheckOut() {
    return simultaneousCheckOut;
  }

  /**
   * How long a secret may be looked at by who has {@link io.postern.person.Privilege#VIEW_SECRETS};
   * empty when it may not (rule OUT-2).
   */
  public Optional<Duration> viewableFor() {
    return Optional.ofNullable(viewableFor);
  }

  /** What revoking an approval does to a live session. */
  public OnRevocation onRevocation() {
    return onRevocation;
  }

  /** What is wrong with it, each as a sentence; empty when nothing is. */
  public List<String> faults() {
    return new JumpPolicyFaults().of(this);
  }

  /** Describes a {@link JumpPolicy}. Not safe for use by several threads. */
  public static final class Builder {
    private final JumpPolicyId id;
    private String name;
    private String description = "";
    private Demand reason = Demand.OPTIONAL;
    private Demand ticket = Demand.OPTIONAL;
    private Duration defaultDuration = Duration.ofHours(1);
    private Duration maxDuration = Duration.ofHours(8);
    private Duration claimWithin = Duration.ofMinutes(30);
    private @Nullable ApprovalTerms approval;
    private Duration extensionEach = Duration.ZERO;
    private int extensionTimes;
    private boolean typingAllowed = true;
    private boolean rotateAfterUse;
    private boolean simultaneousCheckOut;
    private @Nullable Duration viewableFor;
    private OnRevocation onRevocation = OnRevocation.END;

    private Builder(JumpPolicyId id) {
      this.id = id;
      this.name = id.value();
    }

    /** What people read, 1 to 200 characters; the id by default. */
    public Builder name(String text) {
      name = requireNonNull(text, "name");
      return this;
    }

    /** What people are told before they ask, at most 4,000 characters. */
    public Builder description(String text) {
      description = requireNonNull(text, "description");
      return this;
    }

    /** Whether a reason must be given; optional by default. */
    public Builder reason(Demand demand) {
      reason = requireNonNull(demand, "reason");
      return this;
    }

    /** Whether a ticket number must be given; optional by default. */
    public Builder ticket(Demand demand) {
      ticket = requireNonNull(demand, "ticket");
      return this;
    }

    /**
     * How long a session lasts when nothing is said, one hour by default, and at most, eight by
     * default. Each more than nothing and at most 90 days.
     */
    public Builder duration(Duration normally, Duration atMost) {
      defaultDuration = requireNonNull(normally, "default duration");
      maxDuration = requireNonNull(atMost, "maximum duration");
      return this;
    }

    /**
     * How long an available session waits for its first connection; half an hour by default. More
     * than nothing and at most 90 days.
     */
    public Builder claimedWithin(Duration time) {
      claimWithin = requireNonNull(time, "claim time");
      return this;
    }

    /** Who must say yes; nobody by default. */
    public Builder approval(ApprovalTerms terms) {
      approval = requireNonNull(terms, "approval");
      return this;
    }

    /**
     * Lets the owner extend a session so often, by so much each time; not at all by default (rule
     * RES-1).
     *
     * @param times 0 or more
     * @param each more than nothing and at most 90 days, unless there are none
     */
    public Builder extendable(int times, Duration each) {
      extensionTimes = times;
      extensionEach = requireNonNull(each, "extension");
      return this;
    }

    /** Lets anyone in whom the item's group lets in, without asking; as it is by default. */
    public Builder withoutApproval() {
      approval = null;
      return this;
    }

    /** Forbids credentials that are typed in. */
    public Builder withoutTyping() {
      typingAllowed = false;
      return this;
    }

    /** Has a managed credential rotated when the session gives it back. */
    public Builder rotatingAfterUse() {
      rotateAfterUse = true;
      return this;
    }

    /**
     * Lets several check out at once an account that its manager does not keep for one; by default
     * only exclusive accounts are checked out (rule OUT-3).
     */
    public Builder simultaneousCheckOut() {
      simultaneousCheckOut = true;
      return this;
    }

    /**
     * Lets who has {@link io.postern.person.Privilege#VIEW_SECRETS} look at a secret for so long,
     * more than nothing and at most an hour; not at all by default (rule OUT-2). Not together with
     * {@link #approval}: nobody would be asked.
     */
    public Builder viewable(Duration time) {
      viewableFor = requireNonNull(time, "time");
      return this;
    }

    /** What revoking an approval does to a live session; ends it by default. */
    public Builder onRevocation(OnRevocation effect) {
      onRevocation = requireNonNull(effect, "effect");
      return this;
    }

    /** The policy as described so far; what is wrong with it is said when it is saved. */
    public JumpPolicy build() {
      return new JumpPolicy(this);
    }
  }
}
