package io.postern.credential;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long and how often the plug-ins of credential managers are called, and how many instances one
 * manager may have (rules ECM-6, ECM-8). Immutable; the methods with a parameter give changed
 * copies.
 */
public final class CredentialLimits {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Duration perCall;
  private final int atOnce;
  private final int members;

  private CredentialLimits(Duration perCall, int atOnce, int members) {
    this.perCall = perCall;
    this.atOnce = atOnce;
    this.members = members;
  }

  /** 15 seconds for a call, 16 calls to one member at once, 3 members. */
  public static CredentialLimits standard() {
    return new CredentialLimits(Duration.ofSeconds(15), 16, 3);
  }

  /**
   * The same with another time limit for a call, whatever number of members it takes.
   *
   * @param limit more than nothing, at most 10 minutes
   */
  public CredentialLimits perCall(Duration limit) {
    requireNonNull(limit, "limit");
    if (limit.isNegative() || limit.isZero() || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "the limit of a call must be more than nothing and at most 10 minutes, was " + limit);
    }
    return new CredentialLimits(limit, atOnce, members);
  }

  /**
   * The same with another bound for the calls to one member that are under way; more go to the next
   * member, or are refused at once.
   *
   * @param calls 1 to 1,000
   */
  public CredentialLimits atOnce(int calls) {
    if (calls < 1 || calls > 1_000) {
      throw new IllegalArgumentException("calls at once must be 1 to 1000, was " + calls);
    }
    return new CredentialLimits(perCall, calls, members);
  }

  /**
   * The same with another bound for the members of one manager.
   *
   * @param most 1 to 100
   */
  public CredentialLimits members(int most) {
    if (most < 1 || most > 100) {
      throw new IllegalArgumentException("members of a manager must be 1 to 100, was " + most);
    }
    return new CredentialLimits(perCall, atOnce, most);
  }

  /** How long an answer is waited for, by all the members that are asked for it together. */
  public Duration perCall() {
    return perCall;
  }

  /** How many calls to one member may be under way. */
  public int atOnce() {
    return atOnce;
  }

  /** How many members one manager may have. */
  public int members() {
    return members;
  }

  @Override
  public String toString() {
    return perCall + " a call, " + atOnce + " calls at once, " + members + " members";
  }
}
