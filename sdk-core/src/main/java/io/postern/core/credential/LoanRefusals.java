package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.credential.Candidate;
import io.postern.credential.CredentialKind;
import io.postern.credential.Lease.Purpose;
import io.postern.credential.Lease.State;
import jakarta.inject.Inject;

/** Why a credential is not lent, in words and for the audit trail. */
final class LoanRefusals {
  private final Holders holders;

  @Inject
  LoanRefusals(Holders holders) {
    this.holders = holders;
  }

  /**
   * Refuses what this kind of credential is not for.
   *
   * @throws PosternException CAPABILITY_MISSING
   */
  void requirePossible(Need need, Candidate candidate) {
    if (need.purpose() == Purpose.CHECK_OUT && !candidate.exclusive() && !need.simultaneous()) {
      throw new PosternException(
          ErrorCode.CAPABILITY_MISSING,
          "credential "
              + need.credential()
              + " is not an account that is checked out, and the item's policy does not let"
              + " several have it at once; use it in a session");
    }
    if (need.purpose() == Purpose.VIEW && candidate.kind() == CredentialKind.CERTIFICATE) {
      throw new PosternException(
          ErrorCode.CAPABILITY_MISSING,
          "credential "
              + need.credential()
              + " is a certificate, which is there to log on and not to be looked at; start a"
              + " session");
    }
  }

  /** Somebody has it, or had it last. */
  PosternException checkedOut(Need need, LeaseRow inTheWay) {
    String state =
        inTheWay.state() == State.RETURNING
            ? " had it last, and it is being given back; try again in a moment"
            : " has it"
                + inTheWay.lease().until().map(until -> " until " + until).orElse("")
                + "; wait, or ask them to give it back";
    return new PosternException(
        ErrorCode.CREDENTIAL_CHECKED_OUT,
        "credential "
            + need.credential()
            + " is exclusive and "
            + holders.name(inTheWay.holder())
            + state);
  }

  /** The refusal as it stands in the audit trail. */
  Act act(Need need, PosternException why) {
    Act act =
        Act.of(need.person().id().value(), "credential.refused", "item:" + need.endpoint().item())
            .with("credential", need.credential().key())
            .with("manager", need.credential().manager())
            .because(why.code().name());
    return need.session().map(session -> act.with("session", session)).orElse(act);
  }
}
