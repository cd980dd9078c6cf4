package io.postern.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.Refusal;
import io.postern.approval.RequestId;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandTest {
  @Test
  @Rule("TOOL-3")
  void command_hasLimitsUnlessOthersAreGiven() {
    assertThat(Command.of("ls")).isEqualTo(new Command("ls", Duration.ofMinutes(1), 1 << 20));
    Command most = Command.of("l".repeat(100_000)).within(Duration.ofDays(1)).keeping(64 << 20);
    assertThat(most.maxOutputBytes()).isEqualTo(67_108_864);
  }

  @Test
  void command_beyondItsLimits_isRefused() {
    Command command = Command.of("ls");
    Refusal.of(ErrorCode.INPUT_INVALID, () -> Command.of(" "));
    Refusal.of(ErrorCode.INPUT_INVALID, () -> Command.of("l".repeat(100_001)));
    Refusal.of(ErrorCode.INPUT_INVALID, () -> command.within(Duration.ofMillis(999)));
    Refusal.of(ErrorCode.INPUT_INVALID, () -> command.within(Duration.ofHours(25)));
    Refusal.of(ErrorCode.INPUT_INVALID, () -> command.keeping(-1));
    Refusal.of(ErrorCode.INPUT_INVALID, () -> command.keeping((64 << 20) + 1));
  }

  @Test
  void everyFaultOfACommand_isSaidAtOnce() {
    assertThat(
            Refusal.of(ErrorCode.INPUT_INVALID, () -> new Command(" ", Duration.ZERO, -1)).faults())
        .satisfiesExactly(
            fault -> assertThat(fault).contains("the command is empty"),
            fault -> assertThat(fault).contains("PT1S to PT24H, was PT0S"),
            fault -> assertThat(fault).contains("0 to 67108864 bytes, was -1"));
  }

  @Test
  void query_isACopyThatKeepsItsOtherConditions() {
    Set<SessionStatus> statuses = EnumSet.of(SessionStatus.ACTIVE);
    SessionQuery query =
        new SessionQuery(
            statuses,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    statuses.clear();
    SessionQuery narrowed = query.of(RequestId.of("r1"));
    assertThat(narrowed.statuses()).containsExactly(SessionStatus.ACTIVE);
    assertThat(narrowed.request()).contains(RequestId.of("r1"));
    assertThat(query.request()).isEmpty();
  }
}
