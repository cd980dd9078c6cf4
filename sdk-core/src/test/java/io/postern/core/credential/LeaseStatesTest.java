package io.postern.core.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every pair of states, allowed or refused. */
class LeaseStatesTest {
  private static final Set<String> ALLOWED =
      Set.of(
          "INTENT HELD",
          "INTENT RETURNING",
          "INTENT RETURNED",
          "HELD RETURNING",
          "RETURNING RETURNED",
          "RETURNING ROTATED",
          "RETURNING IRREVOCABLE",
          "RETURNED RETURNING",
          "ROTATED RETURNING",
          "IRREVOCABLE RETURNING",
          "IRREVOCABLE RETURNED");

  @ParameterizedTest
  @EnumSource
  void require_ofEveryChange_isAsTheTableSays(State from) {
    LeaseId lease = LeaseId.of("l");
    for (State to : State.values()) {
      if (ALLOWED.contains(from + " " + to)) {
        LeaseStates.require(lease, from, to);
      } else {
        assertThatExceptionOfType(PosternException.class)
            .isThrownBy(() -> LeaseStates.require(lease, from, to))
            .withMessageContaining(from + " and cannot become " + to)
            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_CHANGE));
      }
    }
  }
}
