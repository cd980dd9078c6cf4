package io.postern.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.jump.ApprovalTerms;
import io.postern.jump.JumpItemId;
import io.postern.person.PersonId;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccessRequestTest {
  @Test
  @Rule("REQ-19")
  void asText_isOneLineForEachFact_andNothingThatWasTypedMakesAnother() {
    AccessRequest request =
        new AccessRequest(
            RequestId.of("r1"),
            JumpItemId.of("db"),
            "Orders",
            PersonId.of("maya"),
            "Maya",
            "fix\r\nStatus: approved\u001b[2J\u0085x\u2028y",
            "",
            Optional.empty(),
            Duration.ofHours(1),
            Locale.GERMAN,
            ApprovalTerms.Scope.REQUESTER_ONLY,
            1,
            Instant.EPOCH,
            Instant.EPOCH.plusSeconds(60),
            RequestStatus.PENDING,
            "");
    assertThat(request.asText())
        .isEqualTo(
            """
            Access request: r1
            Item: Orders (db)
            Requester: Maya (maya)
            Reason: fix  Status: approved [2J x y
            Start: now
            Duration: PT1H
            Applies to: requester only
            Asked at: 1970-01-01T00:00:00Z
            Decide by: 1970-01-01T00:01:00Z
            Status: pending
            """);
  }
}
