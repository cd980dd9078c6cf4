package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Refused;
import io.postern.session.EndReason;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import io.postern.testing.Rule;
import io.postern.text.Text;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The closed lists, and every pair of status and event against a listing of its own. */
class SessionTableTest {
  private static final Map<String, String> POSSIBLE =
      Map.ofEntries(
          Map.entry("WAITING_FOR_APPROVAL SCHEDULE", "SCHEDULED"),
          Map.entry("WAITING_FOR_APPROVAL PROVISION", "PROVISIONING"),
          Map.entry("WAITING_FOR_APPROVAL STOP", "ENDED"),
          Map.entry("SCHEDULED PROVISION", "PROVISIONING"),
          Map.entry("SCHEDULED STOP", "ENDED"),
          Map.entry("PROVISIONING PROVISION", "PROVISIONING"),
          Map.entry("PROVISIONING READY", "AVAILABLE"),
          Map.entry("PROVISIONING STOP", "ENDING"),
          Map.entry("AVAILABLE BEGIN", "ACTIVE"),
          Map.entry("AVAILABLE FREEZE", "FROZEN"),
          Map.entry("AVAILABLE STOP", "ENDING"),
          Map.entry("ACTIVE EXTEND", "ACTIVE"),
          Map.entry("ACTIVE MOVE", "ACTIVE"),
          Map.entry("ACTIVE FREEZE", "FROZEN"),
          Map.entry("ACTIVE STOP", "ENDING"),
          Map.entry("FROZEN MOVE", "FROZEN"),
          Map.entry("FROZEN THAW_ACTIVE", "ACTIVE"),
          Map.entry("FROZEN THAW_AVAILABLE", "AVAILABLE"),
          Map.entry("FROZEN STOP", "ENDING"),
          Map.entry("ENDING SETTLE", "ENDED"));

  @Test
  @Rule("SES-1")
  void statusesAndReasonsForTheEnd_areThoseOfTheRule() {
    assertThat(Stream.of(SessionStatus.values()).map(Text::words))
        .containsExactly(
            "waiting for approval",
            "scheduled",
            "provisioning",
            "available",
            "active",
            "frozen",
            "ending",
            "ended");
    assertThat(SessionState.class.getPermittedSubclasses()).hasSize(SessionStatus.values().length);
    assertThat(Stream.of(EndReason.values()).map(Text::words))
        .containsExactly(
            "released",
            "ended by owner",
            "ended by administrator",
            "denied",
            "cancelled",
            "expired",
            "revoked",
            "schedule closed",
            "idle",
            "transferred away",
            "connection lost",
            "failed",
            "interrupted",
            "refused");
  }

  @ParameterizedTest
  @EnumSource
  @Rule("SES-1")
  void change_ofASession_isPossibleOnlyWhereListed(SessionStatus from) {
    for (SessionEvent event : SessionEvent.values()) {
      String to = POSSIBLE.get(from + " " + event);
      assertThat(SessionEvent.TABLE.next(from, event))
          .as("%s on %s", from, event)
          .isEqualTo(Optional.ofNullable(to).map(SessionStatus::valueOf));
      if (to == null) {
        assertThat(
                Refused.with(
                    ErrorCode.ILLEGAL_CHANGE, () -> SessionEvent.TABLE.require(from, event, "s1")))
            .hasMessageContaining("session s1");
      }
    }
  }
}
