package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.MAYA;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.core.credential.Lending.Borrowed;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.session.SessionId;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leases of a session that ends while its connections are still open, on one engine. */
@Timeout(120)
abstract class HeadStartContract {
  private static final Duration HEAD_START = Duration.ofSeconds(10);

  @RegisterExtension final StoreUnderTest store;
  private final LedgerVault.Able vault = new LedgerVault.Able();
  private LendingRoom room;
  private LendingRoom other;

  HeadStartContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void open() {
    Map<String, LedgerVault> vaults = Map.of("able", vault);
    CredentialLimits limits = CredentialLimits.standard();
    room = LendingRoom.on(store.database(), store.clock(), limits, vaults);
    other = LendingRoom.on(store.anotherNode(), store.clock(), limits, vaults);
    vault.has("db", Precedence.ITEM).hasExclusive("root");
  }

  @AfterEach
  void close() {
    room.close();
    other.close();
  }

  private LeaseId borrow(String session, String key) {
    Borrowed borrowed = room.lending.borrow(room.loan(MAYA, session, "able", key, true));
    borrowed.credential().close();
    return borrowed.lease();
  }

  private void ends(String session, Duration headStart) {
    store
        .database()
        .change(
            tx -> {
              room.lending.giveBack(tx, SessionId.of(session), headStart);
              return true;
            });
  }

  private void sweepAll() {
    room.sweep.sweep();
    other.sweep.sweep();
  }

  @Test
  @Rule("ECM-11")
  void lease_ofASessionThatEnds_isGivenBackByNobodyElse_untilItsConnectionsAreClosed() {
    LeaseId lease = borrow("s1", "db");
    ends("s1", HEAD_START);
    sweepAll();
    store.clock().advance(HEAD_START.minusMillis(1));
    sweepAll();
    assertThat(room.state(lease)).isEqualTo(State.RETURNING);
    assertThat(vault.acts).containsExactly("resolve db");
    room.lending.settle(SessionId.of("s1"));
    assertThat(room.state(lease)).isEqualTo(State.ROTATED);
  }

  @Test
  @Rule("ECM-11")
  void lease_thatNobodySettles_isTakenUpByAnyProcess_whenTheHeadStartIsOver() {
    LeaseId lease = borrow("s1", "db");
    ends("s1", HEAD_START);
    store.clock().advance(HEAD_START);
    other.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.ROTATED);
  }

  @Test
  @Rule("ECM-11")
  void lease_ofASessionWhoseConnectionsDiedWithTheirProcess_isDueAtOnce() {
    LeaseId lease = borrow("s1", "db");
    ends("s1", HEAD_START);
    ends("s1", Duration.ZERO);
    other.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.ROTATED);
    assertThat(room.audited("lease.ended")).isEqualTo(1);
  }

  @Test
  @Rule({"ECM-11", "OUT-3"})
  void account_thatTwoSessionsUse_isNotCheckedInWithTheFirst() {
    LeaseId account = borrow("s1", "root");
    LeaseId rider = borrow("s2", "root");
    ends("s1", HEAD_START);
    ends("s2", HEAD_START);
    room.lending.settle(SessionId.of("s2"));
    assertThat(room.state(rider)).isEqualTo(State.RETURNED);
    assertThat(room.state(account)).isEqualTo(State.RETURNING);
    assertThat(vault.checkedOut).containsKey("root");
    room.lending.settle(SessionId.of("s1"));
    assertThat(room.state(account)).isEqualTo(State.ROTATED);
    assertThat(vault.checkedOut).isEmpty();
  }
}
