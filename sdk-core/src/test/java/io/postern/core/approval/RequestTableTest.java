package io.postern.core.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.approval.RequestStatus;
import io.postern.core.Refused;
import io.postern.testing.Rule;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every pair of status and event against a listing of its own. */
class RequestTableTest {
  private static final Map<String, String> POSSIBLE =
      Map.of(
          "PENDING APPROVE", "APPROVED",
          "PENDING DENY", "DENIED",
          "PENDING CANCEL", "CANCELLED",
          "PENDING EXPIRE", "EXPIRED",
          "APPROVED CANCEL", "REVOKED",
          "APPROVED EXPIRE", "EXPIRED");

  @ParameterizedTest
  @EnumSource
  @Rule("SES-1")
  void change_ofARequest_isPossibleOnlyWhereListed(RequestStatus from) {
    for (RequestEvent event : RequestEvent.values()) {
      String to = POSSIBLE.get(from + " " + event);
      assertThat(RequestEvent.TABLE.next(from, event))
          .as("%s on %s", from, event)
          .isEqualTo(Optional.ofNullable(to).map(RequestStatus::valueOf));
      if (to == null) {
        Refused.with(ErrorCode.ILLEGAL_CHANGE, () -> RequestEvent.TABLE.require(from, event, "r1"));
      }
    }
  }
}
