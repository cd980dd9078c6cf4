package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Refused;
import io.postern.credential.Candidate;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.CredentialKind;
import io.postern.credential.NoAnswer;
import io.postern.testing.Rule;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which credential is taken without being asked for. */
class CandidacyTest {
  private static Candidates found(Precedence precedence, String... silent) {
    CandidateId id = new CandidateId("site", "app");
    return new Candidates(
        List.of(
            new Candidate(
                id, "app", "app", CredentialKind.PASSWORD, precedence, false, Optional.empty())),
        List.of(silent).stream()
            .map(name -> new NoAnswer(name, ErrorCode.CREDENTIAL_UNAVAILABLE, "silent"))
            .toList(),
        true);
  }

  @Test
  @Rule({"LOG-2", "LOG-5"})
  void only_whileWhoMayHaveACloserOneIsSilent_demandsAChoice() {
    for (Precedence farther : List.of(Precedence.GROUP, Precedence.PERSON, Precedence.SITE)) {
      assertThat(
              Refused.with(
                  ErrorCode.CREDENTIAL_CHOICE_REQUIRED,
                  () -> Candidacy.only("orders", found(farther, "vault-eu"))))
          .hasMessageContaining("vault-eu");
    }
  }

  @Test
  @Rule("LOG-2")
  void only_whereNoneCanBeCloser_orNobodyIsSilent_isTaken() {
    assertThat(Candidacy.only("orders", found(Precedence.ITEM, "vault-eu")).key()).isEqualTo("app");
    assertThat(Candidacy.only("orders", found(Precedence.SITE)).key()).isEqualTo("app");
  }
}
