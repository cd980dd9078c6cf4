package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.MAYA;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.core.store.StoreUnderTest;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.session.SessionId;
import io.postern.spi.alarm.Alarm;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Secrets of live sessions whose manager does not renew them at once, on one engine. */
@Timeout(120)
abstract class RenewalContract {
  private static final Duration TTL = Duration.ofMinutes(10);

  @RegisterExtension final StoreUnderTest store;
  private final LedgerVault.Able vault = new LedgerVault.Able();
  private LendingRoom room;

  RenewalContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void open() {
    room =
        LendingRoom.on(
            store.database(), store.clock(), CredentialLimits.standard(), Map.of("able", vault));
    vault.has("db", Precedence.ITEM);
  }

  @AfterEach
  void close() {
    room.close();
  }

  private static Runnable failing(Failure failure) {
    return () -> {
      throw ProviderException.withoutEffect(failure, "fails", "log", null);
    };
  }

  private Instant now() {
    return store.clock().instant();
  }

  private LeaseId borrow(String session) {
    Lending.Borrowed borrowed = room.lending.borrow(room.loan(MAYA, session, "able", "db"));
    borrowed.credential().close();
    return borrowed.lease();
  }

  private LeaseId borrowRenewable(String session) {
    vault.terms = new LeaseTerms("", Optional.of(now().plus(TTL)), true);
    LeaseId lease = borrow(session);
    vault.terms = LeaseTerms.unlimited();
    return lease;
  }

  private Instant due(LeaseId lease) {
    return room.row(lease).dueAt().orElseThrow();
  }

  private void goTo(Instant then) {
    if (then.isAfter(now())) {
      store.clock().advance(Duration.between(now(), then));
    }
  }

  private long renewals() {
    return vault.calls.stream().filter("renew"::equals).count();
  }

  @Test
  @Rule("ECM-11")
  void renewal_thatFails_isTriedMoreOften_theNearerTheEndIs() {
    for (Failure failure : List.of(Failure.UNAVAILABLE, Failure.DENIED)) {
      LeaseId lease = borrowRenewable("s-" + failure);
      Instant end = room.row(lease).expiresAt().orElseThrow();
      vault.always("renew", failing(failure));
      goTo(due(lease));
      while (now().isBefore(end.minusSeconds(20))) {
        room.sweep.sweep();
        Duration left = Duration.between(now(), end);
        assertThat(due(lease))
            .isBetween(now().plusSeconds(5), now().plus(left.dividedBy(4)).plusMillis(1));
        goTo(due(lease));
      }
      vault.heals("renew");
      room.sweep.sweep();
      assertThat(room.row(lease).expiresAt())
          .hasValueSatisfying(until -> assertThat(until).isAfter(end));
      assertThat(room.row(lease).lastFailure()).isEmpty();
      assertThat(room.row(lease).attempts() + room.row(lease).silences()).isZero();
    }
    assertThat(room.told).isEmpty();
  }

  @Test
  @Rule("ECM-11")
  void renewal_thatWaitsForASilentManager_isMadeAtOnceWhenThatAnswers() {
    LeaseId lease = borrowRenewable("s1");
    goTo(due(lease));
    vault.always("renew", failing(Failure.UNAVAILABLE));
    room.sweep.sweep();
    assertThat(due(lease)).isAfter(now());
    vault.heals("renew");
    room.instance(Silence.class).over("able");
    room.sweep.sweep();
    assertThat(vault.count("renew db")).isEqualTo(1);
    assertThat(room.row(lease).silences()).isZero();
  }

  @Test
  @Rule("ECM-11")
  void renewal_thatTheManagerAnswers_hasTheOthersMadeToo() {
    LeaseId first = borrowRenewable("s1");
    borrowRenewable("s2");
    Instant until = now().plus(Duration.ofHours(3));
    vault.always("renew", failing(Failure.UNAVAILABLE));
    for (String session : List.of("s1", "s2")) {
      room.lending.renew(SessionId.of(session), until);
    }
    assertThat(due(first)).isAfter(now());
    vault.heals("renew");
    room.lending.renew(SessionId.of("s2"), until);
    assertThat(due(first)).isEqualTo(now());
    room.sweep.sweep();
    assertThat(vault.count("renew db")).isEqualTo(2);
    assertThat(room.rows()).allMatch(row -> row.silences() == 0);
  }

  @Test
  @Rule("ECM-11")
  void secret_thatEndsUnderALiveSession_isToldOnce() throws Exception {
    LeaseId lease = borrowRenewable("s1");
    vault.always("renew", failing(Failure.UNAVAILABLE));
    for (int i = 0; i < 100 && room.row(lease).renewable(); i++) {
      goTo(due(lease));
      room.sweep.sweep();
    }
    assertThat(room.state(lease)).isEqualTo(State.HELD);
    assertThat(room.row(lease).dueAt()).isEmpty();
    assertThat(now()).isBefore(room.row(lease).expiresAt().orElseThrow().plusSeconds(6));
    Alarm alarm = room.told.poll(30, TimeUnit.SECONDS);
    assertThat(alarm).isNotNull();
    assertThat(alarm.kind()).isEqualTo(Alarm.Kind.LEASE_NOT_RENEWED);
    assertThat(alarm.lease()).contains(lease);
    assertThat(alarm.text()).contains("session s1", "has ended", "CREDENTIAL_UNAVAILABLE");
    assertThat(room.told).isEmpty();
    assertThat(room.audited("credential.not-renewed")).isEqualTo(1);
    room.end("s1");
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
  }

  @Test
  @Rule("ECM-11")
  void renewals_comeBeforeWhateverIsToBeGivenBack() {
    LeaseId live = borrowRenewable("live");
    for (int i = 0; i < 5; i++) {
      borrow("over");
    }
    store
        .database()
        .change(
            tx -> {
              room.lending.giveBack(tx, SessionId.of("over"), Duration.ZERO);
              return true;
            });
    goTo(due(live));
    vault.calls.clear();
    room.sweep.sweep();
    assertThat(vault.calls)
        .containsExactly("renew", "release", "release", "release", "release", "release");
  }

  @Test
  @Rule("ECM-11")
  void returns_doNotWaitForAManagerThatRenewsNothing() {
    LeaseId live = borrowRenewable("live");
    borrow("over");
    goTo(due(live));
    vault.always("renew", failing(Failure.TIMED_OUT));
    vault.once("release", failing(Failure.DENIED));
    room.end("over");
    goTo(due(live).plusSeconds(13));
    vault.calls.clear();
    room.sweep.sweep();
    assertThat(vault.calls).containsExactly("renew", "release");
    assertThat(renewals()).isEqualTo(1);
  }
}
