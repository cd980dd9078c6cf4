package io.postern.jump;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who must say yes, and what a yes is good for. Immutable; the methods give changed copies.
 *
 * <p>Unless said otherwise one approver is enough, nobody decides their own request, the approval
 * is the requester's only, a request may wait for 8 hours and an approval, once given, for 8 hours
 * until it is used.
 */
public final class ApprovalTerms {
  /** Who may use and cancel an approval (rule REQ-9). */
  public enum Scope {
    /** Only who asked; anyone else must ask for an own approval. */
    REQUESTER_ONLY,
    /** Anyone who may start the item. */
    ANYONE_PERMITTED
  }

  private final Set<Approver> approvers;
  private final int needed;
  private final boolean selfApproval;
  private final Scope scope;
  private final Duration decideWithin;
  private final Duration useWithin;

  private ApprovalTerms(
      Set<Approver> approvers,
      int needed,
      boolean selfApproval,
      Scope scope,
      Duration decideWithin,
      Duration useWithin) {
    this.approvers = Set.copyOf(approvers);
    this.needed = needed;
    this.selfApproval = selfApproval;
    this.scope = requireNonNull(scope, "scope");
    this.decideWithin = requireNonNull(decideWithin, "decideWithin");
    this.useWithin = requireNonNull(useWithin, "useWithin");
  }

  /** One of these must approve. */
  public static ApprovalTerms by(Approver... approvers) {
    return new ApprovalTerms(
        new LinkedHashSet<>(List.of(approvers)),
        1,
        false,
        Scope.REQUESTER_ONLY,
        Duration.ofHours(8),
        Duration.ofHours(8));
  }

  /**
   * So many of the approvers must agree, each counted once as a person.
   *
   * @param people 1 or more; where only people are named and no group, at most as many as those
   */
  public ApprovalTerms needing(int people) {
    return new ApprovalTerms(approvers, people, selfApproval, scope, decideWithin, useWithin);
  }

  /** Lets requesters who are approvers decide their own request (rule REQ-11). */
  public ApprovalTerms allowingSelfApproval() {
    return new ApprovalTerms(approvers, needed, true, scope, decideWithin, useWithin);
  }

  /** Anyone who may start the item may use the approval, and cancel it. */
  public ApprovalTerms forAnyonePermitted() {
    return new ApprovalTerms(
        approvers, needed, selfApproval, Scope.ANYONE_PERMITTED, decideWithin, useWithin);
  }

  /**
   * A request that nobody decides for so long expires (rule REQ-12). More than nothing, at most 90
   * days.
   */
  public ApprovalTerms decidedWithin(Duration time) {
    return new ApprovalTerms(approvers, needed, selfApproval, scope, time, useWithin);
  }

  /** An approval that nobody uses for so long lapses. More than nothing, at most 90 days. */
  public ApprovalTerms usedWithin(Duration time) {
    return new ApprovalTerms(approvers, needed, selfApproval, scope, decideWithin, time);
  }

  /** Who may decide. */
  public Set<Approver> approvers() {
    return approvers;
  }

  /** How many of them must agree; 1 or more. */
  public int needed() {
    return needed;
  }

  /** Whether requesters who are approvers may decide their own request. */
  public boolean selfApproval() {
    return selfApproval;
  }

  /** Who may use and cancel an approval. */
  public Scope scope() {
    return scope;
  }

  /** How long a request waits for decisions before it expires. */
  public Duration decideWithin() {
    return decideWithin;
  }

  /** How long an approval waits to be used before it lapses. */
  public Duration useWithin() {
    return useWithin;
  }
}
