package io.postern.core.jump;

import io.postern.core.person.People;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.JumpPolicy;
import io.postern.jump.Terms;
import io.postern.person.Person;
import java.util.List;

/**
 * What is shown before one asks (rule REQ-2). Asks the directory, so never inside a transaction.
 */
final class TermsInWords {
  private TermsInWords() {}

  static Terms of(JumpPolicy policy, People people) {
    List<String> approvers =
        policy.approval().map(ApprovalTerms::approvers).stream()
            .flatMap(each -> each.stream())
            .map(approver -> words(approver, people))
            .sorted()
            .toList();
    return new Terms(
        policy.name(),
        policy.description(),
        policy.reason(),
        policy.ticket(),
        policy.defaultDuration(),
        policy.maxDuration(),
        approvers,
        policy.approval().map(ApprovalTerms::scope),
        policy.typingAllowed());
  }

  private static String words(Approver approver, People people) {
    if (approver instanceof Approver.Named named) {
      return people
          .find(named.person())
          .map(Person::name)
          .orElse("'" + named.person() + "', who is not known any more");
    }
    if (approver instanceof Approver.MemberOf member) {
      return "any member of group '" + member.group() + "'";
    }
    return masked(((Approver.ByEmail) approver).email());
  }

  /** Enough to recognise an address that one knows, and not enough to write to it. */
  static String masked(String email) {
    int at = email.indexOf('@');
    return email.substring(0, email.offsetByCodePoints(0, 1)) + "***" + email.substring(at);
  }
}
