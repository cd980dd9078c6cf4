package io.postern.jump;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a jump policy, all at once. For one policy, on one thread. */
final class JumpPolicyFaults {
  private static final Duration LONGEST = Duration.ofDays(90);
  private static final Duration LONGEST_VIEW = Duration.ofHours(1);

  private final List<String> faults = new ArrayList<>();

  /** Each fault as a sentence. */
  List<String> of(JumpPolicy policy) {
    texts(policy);
    durations(policy);
    policy.approval().ifPresent(this::approval);
    policy.viewableFor().ifPresent(time -> viewing(policy, time));
    return faults;
  }

  private void texts(JumpPolicy policy) {
    int name = policy.name().length();
    if (name < 1 || name > 200) {
      faults.add("name must have 1 to 200 characters, has " + name);
    }
    int description = policy.description().length();
    if (description > 4_000) {
      faults.add("description must have at most 4000 characters, has " + description);
    }
  }

  private void durations(JumpPolicy policy) {
    Duration normally = policy.defaultDuration();
    Duration atMost = policy.maxDuration();
    positive("default duration", normally);
    positive("maximum duration", atMost);
    positive("claim time", policy.claimWithin());
    if (normally.compareTo(atMost) > 0) {
      faults.add("default duration " + normally + " is longer than the maximum " + atMost);
    }
    int times = policy.extensionTimes();
    if (times < 0) {
      faults.add("extensions must be 0 or more, were " + times);
    }
    if (times > 0) {
      positive("the time of each extension", policy.extensionEach());
    }
  }

  private void approval(ApprovalTerms terms) {
    if (terms.approvers().isEmpty()) {
      faults.add("approval is demanded and nobody may approve; name an approver");
    }
    boolean onlyPeople =
        terms.approvers().stream().noneMatch(approver -> approver instanceof Approver.MemberOf);
    if (terms.needed() < 1 || (onlyPeople && terms.needed() > terms.approvers().size())) {
      faults.add(
          terms.needed() + " approvals are needed from " + terms.approvers().size() + " approvers");
    }
    positive("time to decide", terms.decideWithin());
    positive("time to use an approval", terms.useWithin());
  }

  private void viewing(JumpPolicy policy, Duration time) {
    if (time.isZero() || time.isNegative() || time.compareTo(LONGEST_VIEW) > 0) {
      faults.add(
          "a look at a secret must last more than nothing and at most "
              + LONGEST_VIEW
              + ", was "
              + time);
    }
    if (policy.approval().isPresent()) {
      faults.add("approval is demanded, and a look at a secret asks nobody; leave one of them out");
    }
  }

  private void positive(String what, Duration duration) {
    if (duration.isZero() || duration.isNegative() || duration.compareTo(LONGEST) > 0) {
      faults.add(what + " must be more than nothing and at most " + LONGEST + ", was " + duration);
    }
  }
}
