package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.ADA;
import static io.postern.core.credential.LendingRoom.ITEM;
import static io.postern.core.credential.LendingRoom.MAYA;
import static io.postern.core.credential.LendingRoom.OTTO;
import static io.postern.core.credential.LendingRoom.VERA;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.core.Awaiting;
import io.postern.core.Logged;
import io.postern.core.Refused;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.Lending.Borrowed;
import io.postern.core.credential.Lending.Loan;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CandidateId;
import io.postern.credential.Credential;
import io.postern.credential.CredentialLimits;
import io.postern.credential.CredentialViews;
import io.postern.credential.Lease;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.credential.Secret;
import io.postern.credential.Viewing;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPolicy;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.spi.alarm.Alarm;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Looks at secrets, what is owed and given up, and who is told, on one engine. */
@Timeout(120)
abstract class WorkedOffContract {
  private static final CandidateId DB = new CandidateId("able", "db");
  private static final CandidateId ROOT = new CandidateId("able", "root");

  @RegisterExtension final StoreUnderTest store;
  final LedgerVault.Able vault = new LedgerVault.Able();
  final LedgerVault plain = new LedgerVault();
  LendingRoom room;

  WorkedOffContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void open() {
    Map<String, LedgerVault> vaults = new LinkedHashMap<>();
    vaults.put("able", vault);
    vaults.put("plain", plain);
    room = LendingRoom.on(store.database(), store.clock(), CredentialLimits.standard(), vaults);
    vault.has("db", Precedence.ITEM).hasExclusive("root");
  }

  @AfterEach
  void close() {
    room.close();
  }

  static Runnable failing(Failure failure) {
    return () -> {
      throw ProviderException.withoutEffect(failure, "fails", "HTTP 403 at /v1/sys/leases", null);
    };
  }

  Borrowed borrow(String session, String key, boolean rotate) {
    Borrowed borrowed = room.lending.borrow(room.loan(MAYA, session, "able", key, rotate));
    borrowed.credential().close();
    return borrowed;
  }

  LeaseId givenUp(String call, boolean rotate) {
    vault.always(call, failing(Failure.DENIED));
    Borrowed borrowed = borrow("s1", "db", rotate);
    room.end("s1");
    room.sweepOut();
    assertThat(room.state(borrowed.lease())).isEqualTo(State.IRREVOCABLE);
    return borrowed.lease();
  }

  Alarm told() throws InterruptedException {
    Alarm alarm = room.told.poll(30, TimeUnit.SECONDS);
    assertThat(alarm).isNotNull();
    return alarm;
  }

  @Nested
  class MovedItems {
    private void move(JumpItem to) {
      room.neighbours.items.put(ITEM.id(), to);
    }

    private static JumpItem at(String method, String host, int port) {
      return JumpItem.reachedBy(method, "orders", host, port)
          .in(ITEM.group().orElseThrow())
          .build();
    }

    @Test
    @Rule("OUT-4")
    void rotation_ofAnItemThatWasMoved_goesNowhereAndIsGivenUp() {
      int sessions = 0;
      for (JumpItem moved :
          List.of(
              at("ssh", "evil.example", 22),
              at("ssh", "orders.example", 2222),
              at("telnet", "orders.example", 22))) {
        String session = "s" + sessions++;
        move(ITEM);
        Borrowed borrowed = borrow(session, "db", true);
        move(moved);
        room.end(session);
        assertThat(room.state(borrowed.lease())).isEqualTo(State.IRREVOCABLE);
        assertThat(room.row(borrowed.lease()).lastFailure())
            .contains("orders.example:22", moved.host() + ":" + moved.port(), "by hand");
      }
      assertThat(vault.rotatedAt).isEmpty();
      assertThat(vault.lent).isEmpty();
    }

    @Test
    @Rule("OUT-4")
    void rotation_ofAnItemThatIsMatchedOtherwiseNow_isForWhatMatchedWhenItWasLent() {
      JumpItem then = ITEM.toBuilder().tag("then").attribute("env", "prod").build();
      Loan loan = room.loan(MAYA, "s1", "able", "db", true);
      room.lending
          .borrow(
              new Loan(
                  MAYA,
                  loan.session(),
                  Connectors.endpoint(then),
                  DB,
                  loan.until(),
                  loan.rotateAfter()))
          .credential()
          .close();
      move(ITEM.toBuilder().tag("now").build());
      room.end("s1");
      assertThat(vault.rotatedAt)
          .singleElement()
          .satisfies(
              endpoint -> {
                assertThat(endpoint.tag()).isEqualTo("then");
                assertThat(endpoint.attributes()).containsEntry("env", "prod");
                assertThat(endpoint.host()).isEqualTo("orders.example");
                assertThat(endpoint.group()).isEqualTo(ITEM.group());
              });
    }
  }

  @Nested
  class Alarming {
    @Test
    @Rule({"ECM-11", "OUT-4"})
    void leaseAndRotation_givenUp_areToldAfterTheCommit() throws Exception {
      AtomicInteger seen = new AtomicInteger();
      room.listening =
          alarm ->
              room.credentials(ADA).owed(PageRequest.first()).rows().stream()
                  .filter(lease -> lease.state() == State.IRREVOCABLE)
                  .forEach(lease -> seen.incrementAndGet());
      LeaseId returned = givenUp("release", false);
      Alarm alarm = told();
      assertThat(alarm.kind()).isEqualTo(Alarm.Kind.LEASE_IRREVOCABLE);
      assertThat(alarm.lease()).contains(returned);
      assertThat(alarm.credential()).contains(DB);
      assertThat(alarm.text()).contains("CREDENTIAL_DENIED").contains("able/db");
      Awaiting.until("the listener has looked", () -> seen.get() == 1);
      vault.heals("release");
      givenUp("rotate", true);
      assertThat(told().kind()).isEqualTo(Alarm.Kind.ROTATION_GIVEN_UP);
      assertThat(room.told).isEmpty();
      assertThat(room.audited("lease.irrevocable")).isEqualTo(2);
    }

    /** Nobody waits for what is owed: the warning is the one line that an operator has of it. */
    @Test
    @Rule("ECM-7")
    void lease_givenUp_hasItsTextForTheLogInTheWarning_andNotWhereItIsShownToPeople()
        throws Exception {
      try (Logged logged = Logged.by(Alarms.class, Level.DEBUG)) {
        LeaseId lease = givenUp("release", false);
        assertThat(logged.lines("HTTP 403 at /v1/sys/leases"))
            .singleElement()
            .asString()
            .startsWith("WARN ")
            .contains("lease=" + lease);
        assertThat(told().text()).doesNotContain("HTTP 403");
        assertThat(room.row(lease).lastFailure()).contains("fails").doesNotContain("HTTP 403");
      }
    }

    @Test
    @Rule("ECM-8")
    void manager_whoseLastMemberIsLost_isToldOnce() throws Exception {
      vault.always("health", failing(Failure.UNAVAILABLE));
      Awaiting.until(
          "the host is told",
          () -> {
            store.clock().advance(Duration.ofSeconds(15));
            room.members.sweep();
            return !room.told.isEmpty();
          });
      Alarm alarm = told();
      assertThat(alarm.kind()).isEqualTo(Alarm.Kind.MANAGER_LOST);
      assertThat(alarm.manager()).isEqualTo("able");
      room.members.sweep();
      assertThat(room.told).isEmpty();
      assertThat(room.audited("credential-manager.lost")).isEqualTo(1);
    }

    @Test
    @Rule("ECM-11")
    void listener_thatThrowsOrHangs_hurtsNobody() throws Exception {
      CountDownLatch never = new CountDownLatch(1);
      CountDownLatch throwing = new CountDownLatch(1);
      room.listening =
          alarm -> {
            throwing.countDown();
            throw new NoClassDefFoundError("the host's own trouble");
          };
      givenUp("release", false);
      assertThat(told().kind()).isEqualTo(Alarm.Kind.LEASE_IRREVOCABLE);
      throwing.await();
      room.listening =
          alarm -> {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          };
      for (int i = 0; i < Alarms.MOST_WAITING + 10; i++) {
        room.alarms.managerLost("able", "cut off");
      }
      assertThat(told().kind()).isEqualTo(Alarm.Kind.MANAGER_LOST);
      assertThat(room.told).isEmpty();
      assertThat(room.audited("credential-manager.lost")).isEqualTo(Alarms.MOST_WAITING + 10);
    }
  }

  @Nested
  class ByHand {
    @Test
    @Rule("ECM-11")
    void settled_ofALeaseThatWasGivenUp_isReturnedAndAuditedWithTheReason() {
      LeaseId lease = givenUp("release", false);
      Refused.with(
          ErrorCode.NOT_PERMITTED, () -> room.credentials(MAYA).settled(lease, "done by hand"));
      Refused.with(ErrorCode.INPUT_INVALID, () -> room.credentials(ADA).settled(lease, " "));
      Refused.with(
          ErrorCode.LEASE_NOT_FOUND,
          () -> room.credentials(ADA).settled(LeaseId.of("0".repeat(26)), "done by hand"));
      room.credentials(ADA).settled(lease, "revoked in the store's own console");
      assertThat(room.state(lease)).isEqualTo(State.RETURNED);
      assertThat(room.credentials(ADA).owed(PageRequest.first()).rows()).isEmpty();
      assertThat(room.audit())
          .anyMatch(
              entry ->
                  entry.startsWith("lease.settled-by-hand")
                      && entry.contains("revoked in the store's own console"));
      Refused.with(ErrorCode.ILLEGAL_CHANGE, () -> room.credentials(ADA).settled(lease, "twice"));
    }

    @Test
    @Rule({"ECM-11", "OUT-4"})
    void retry_ofARotationThatWasGivenUp_rotatesWithoutASecondRelease() {
      LeaseId lease = givenUp("rotate", true);
      Refused.with(ErrorCode.NOT_PERMITTED, () -> room.credentials(MAYA).retry(lease));
      assertThat(room.credentials(ADA).retry(lease).state()).isEqualTo(State.RETURNING);
      vault.heals("rotate");
      assertThat(room.credentials(ADA).retry(lease).state()).isEqualTo(State.ROTATED);
      assertThat(vault.acts).containsExactly("resolve db", "release db", "rotate db");
      assertThat(room.audited("lease.retried")).isEqualTo(2);
      Refused.with(ErrorCode.ILLEGAL_CHANGE, () -> room.credentials(ADA).retry(lease));
    }

    @Test
    @Rule({"ECM-11", "OUT-3"})
    void retry_ofAnAccountThatSomebodyElseHasMeanwhile_isRefused() {
      vault.always("check-in", failing(Failure.DENIED));
      Lease lease = room.credentials(MAYA).checkOut(ITEM.id(), ROOT, Duration.ofHours(1));
      room.credentials(MAYA).checkIn(lease.id());
      room.sweepOut();
      assertThat(room.state(lease.id())).isEqualTo(State.IRREVOCABLE);
      vault.checkedOut.clear();
      room.credentials(OTTO).checkOut(ITEM.id(), ROOT, Duration.ofHours(1));
      assertThat(
              Refused.with(
                  ErrorCode.CREDENTIAL_CHECKED_OUT, () -> room.credentials(ADA).retry(lease.id())))
          .hasMessageContaining("Otto");
      assertThat(room.state(lease.id())).isEqualTo(State.IRREVOCABLE);
    }
  }

  @Nested
  class Viewings {
    @BeforeEach
    void allow() {
      room.neighbours.policy = JumpPolicy.named("p").viewable(Duration.ofMinutes(2)).build();
    }

    private Viewing view(Person person, CandidateId credential) {
      return room.credentials(person).view(ITEM.id(), credential, "INC-1");
    }

    private String shown(Viewing viewing) {
      return viewing
          .credential()
          .secrets()
          .get(0)
          .use(bytes -> StandardCharsets.UTF_8.decode(bytes).toString());
    }

    @Test
    @Rule("OUT-2")
    void view_isTimedCountedAuditedAndRotatedAfterwards() {
      Viewing viewing = view(VERA, DB);
      assertThat(shown(viewing)).isEqualTo("secret of db");
      assertThat(viewing.until()).isEqualTo(store.clock().instant().plusSeconds(120));
      assertThat(viewing.times()).isEqualTo(1);
      assertThat(room.credentials(VERA).held(PageRequest.first()).only().purpose())
          .isEqualTo(Lease.Purpose.VIEW);
      viewing.close();
      viewing.close();
      assertThat(room.state(viewing.lease())).isEqualTo(State.ROTATED);
      assertThat(vault.acts).containsExactly("resolve db", "release db", "rotate db");
      try (Viewing second = view(VERA, DB)) {
        assertThat(second.times()).isEqualTo(2);
      }
      assertThat(room.credentials(ADA).views(DB))
          .containsExactly(new CredentialViews(VERA.id(), 2, store.clock().instant()));
      Refused.with(ErrorCode.NOT_PERMITTED, () -> room.credentials(VERA).views(DB));
      assertThat(room.audit())
          .filteredOn(entry -> entry.startsWith("credential.viewed"))
          .hasSize(2)
          .allMatch(entry -> entry.contains("INC-1"))
          .noneMatch(entry -> entry.contains("secret of"));
    }

    @Test
    @Rule("OUT-2")
    void view_pastItsTime_isWipedAndGivenBack() {
      Viewing viewing = view(VERA, DB);
      Secret secret = viewing.credential().secrets().get(0);
      store.clock().advance(Duration.ofSeconds(119));
      room.upkeep.sweep();
      room.sweep.sweep();
      assertThat(secret.isClosed()).isFalse();
      store.clock().advance(Duration.ofSeconds(1));
      Refused.with(ErrorCode.CLOSED, viewing::credential);
      room.upkeep.sweep();
      room.sweep.sweep();
      Awaiting.until("the secret is wiped", secret::isClosed);
      assertThat(room.state(viewing.lease())).isEqualTo(State.ROTATED);
      assertThat(vault.lent).isEmpty();
    }

    @Test
    @Rule("OUT-2")
    void view_whoseReaderDoesNotComeBack_holdsUpNobody() throws Exception {
      Viewing viewing = view(VERA, DB);
      Secret secret = viewing.credential().secrets().get(0);
      CountDownLatch reads = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      Thread reader =
          new Thread(
              () ->
                  secret.use(
                      bytes -> {
                        reads.countDown();
                        try {
                          return goOn.await(1, TimeUnit.MINUTES);
                        } catch (InterruptedException e) {
                          return false;
                        }
                      }));
      reader.start();
      reads.await();
      store.clock().advance(Duration.ofMinutes(2));
      room.upkeep.sweep();
      room.sweep.sweep();
      assertThat(room.state(viewing.lease())).isEqualTo(State.ROTATED);
      assertThat(reader.isAlive()).as("the reader was not waited for").isTrue();
      goOn.countDown();
      Awaiting.until("the secret is wiped", secret::isClosed);
    }

    @Test
    @Rule("OUT-2")
    void view_endedByForce_isWiped() {
      Viewing viewing = view(VERA, DB);
      Secret secret = viewing.credential().secrets().get(0);
      room.credentials(ADA).checkIn(viewing.lease());
      room.upkeep.sweep();
      Awaiting.until("the secret is wiped", secret::isClosed);
      assertThat(room.state(viewing.lease())).isEqualTo(State.ROTATED);
    }

    @Test
    @Rule("OUT-2")
    void view_ofADeadProcess_isGivenBackAndRotatedByAnother() {
      Viewing viewing = view(VERA, DB);
      store.reopen();
      open();
      store.clock().advance(Duration.ofMinutes(2));
      room.sweep.sweep();
      assertThat(room.state(viewing.lease())).isEqualTo(State.ROTATED);
      assertThat(vault.lent).isEmpty();
    }

    @Test
    @Rule("OUT-2")
    void view_withoutThePrivilege_orUnderAPolicyThatSaysNothing_isRefusedAndAudited() {
      Refused.with(ErrorCode.NOT_PERMITTED, () -> view(MAYA, DB));
      Refused.with(ErrorCode.NOT_PERMITTED, () -> view(ADA, DB));
      room.neighbours.policy = JumpPolicy.standard();
      Refused.with(ErrorCode.NOT_PERMITTED, () -> view(VERA, DB));
      room.neighbours.policy =
          JumpPolicy.named("p")
              .viewable(Duration.ofMinutes(2))
              .approval(ApprovalTerms.by(Approver.person("noor")))
              .build();
      Refused.with(ErrorCode.NOT_PERMITTED, () -> view(VERA, DB));
      assertThat(room.audited("credential.view-refused")).isEqualTo(4);
      assertThat(vault.calls).isEmpty();
    }

    @Test
    @Rule("OUT-2")
    void view_withoutAReason_orOfWhatIsNoCandidate_isRefused() {
      Refused.with(ErrorCode.INPUT_INVALID, () -> room.credentials(VERA).view(ITEM.id(), DB, "  "));
      Refused.with(
          ErrorCode.INPUT_INVALID,
          () -> room.credentials(VERA).view(ITEM.id(), DB, "x".repeat(1_001)));
      Refused.with(
          ErrorCode.CREDENTIAL_NOT_A_CANDIDATE, () -> view(VERA, new CandidateId("able", "none")));
      assertThat(room.credentials(ADA).views(DB)).isEmpty();
    }

    @Test
    @Rule({"OUT-2", "OUT-3"})
    void view_ofAnExclusiveAccount_isACheckOut() {
      Lease out = room.credentials(OTTO).checkOut(ITEM.id(), ROOT, Duration.ofHours(1));
      assertThat(Refused.with(ErrorCode.CREDENTIAL_CHECKED_OUT, () -> view(VERA, ROOT)))
          .hasMessageContaining("Otto");
      room.credentials(OTTO).checkIn(out.id());
      try (Viewing viewing = view(VERA, ROOT)) {
        assertThat(shown(viewing)).isEqualTo("secret of root");
        Refused.with(
            ErrorCode.CREDENTIAL_CHECKED_OUT,
            () -> room.credentials(OTTO).checkOut(ITEM.id(), ROOT, Duration.ofHours(1)));
      }
      assertThat(vault.checkedOut).isEmpty();
    }

    @Test
    @Rule("OUT-2")
    void view_thatFails_isNotCounted() {
      vault.once("resolve", failing(Failure.UNAVAILABLE));
      Refused.with(ErrorCode.CREDENTIAL_UNAVAILABLE, () -> view(VERA, DB));
      assertThat(room.credentials(ADA).views(DB)).isEmpty();
    }

    @Test
    @Rule("OUT-2")
    void view_fromAManagerThatCannotRotate_isReturnedAndNoted() {
      plain.has("db", Precedence.ITEM);
      Viewing viewing = view(VERA, new CandidateId("plain", "db"));
      try (Credential credential = viewing.credential()) {
        assertThat(credential.username()).isEqualTo("db");
      }
      viewing.close();
      assertThat(room.state(viewing.lease())).isEqualTo(State.RETURNED);
      assertThat(room.audited("credential.rotation-not-possible")).isEqualTo(1);
    }
  }

  @Nested
  class Simultaneous {
    @Test
    @Rule("OUT-3")
    void checkOut_ofAnAccountThatIsNotExclusive_isForSeveralWhereThePolicySaysSo() {
      Refused.with(
          ErrorCode.CAPABILITY_MISSING,
          () -> room.credentials(MAYA).checkOut(ITEM.id(), DB, Duration.ofHours(1)));
      room.neighbours.policy =
          JumpPolicy.named("p").simultaneousCheckOut().rotatingAfterUse().build();
      Lease first = room.credentials(MAYA).checkOut(ITEM.id(), DB, Duration.ofHours(1));
      Lease second = room.credentials(OTTO).checkOut(ITEM.id(), DB, Duration.ofHours(1));
      room.credentials(MAYA).checkIn(first.id());
      assertThat(vault.count("rotate db")).isZero();
      store.clock().advance(Duration.ofHours(1));
      room.sweep.sweep();
      assertThat(room.state(second.id())).isEqualTo(State.ROTATED);
      assertThat(vault.lent).isEmpty();
      room.credentials(OTTO).checkOut(ITEM.id(), ROOT, Duration.ofHours(1));
      Refused.with(
          ErrorCode.CREDENTIAL_CHECKED_OUT,
          () -> room.credentials(MAYA).checkOut(ITEM.id(), ROOT, Duration.ofHours(1)));
    }
  }

  @Nested
  class Backlog {
    private void overdue(int leases) {
      for (int i = 0; i < leases; i++) {
        borrow("s1", "db", false);
      }
      store
          .database()
          .change(
              tx -> {
                room.lending.giveBack(tx, SessionId.of("s1"), Duration.ZERO);
                return true;
              });
    }

    @Test
    @Rule("ECM-11")
    void backlog_isWorkedOffBySeveralAtOnce_andNeverByMoreThanAQuarterOfTheLimit() {
      overdue(60);
      AtomicInteger now = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      CountDownLatch four = new CountDownLatch(4);
      AtomicInteger begun = new AtomicInteger();
      vault.always(
          "release",
          () -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
              // The first one finds out whether the manager answers; then four come together.
              if (begun.incrementAndGet() > 1) {
                four.countDown();
                four.await(30, TimeUnit.SECONDS);
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } finally {
              now.decrementAndGet();
            }
          });
      room.sweep.sweep();
      assertThat(most).hasValue(4);
      assertThat(room.rows()).allMatch(row -> row.state() == State.RETURNED);
      assertThat(vault.count("release db")).isEqualTo(60);
    }

    @Test
    @Rule("ECM-11")
    void backlog_ofAManagerThatIsSilent_isTriedWithOneRow_andNoMoreThanAreUnderWay() {
      overdue(20);
      vault.always("release", failing(Failure.UNAVAILABLE));
      room.sweep.sweep();
      assertThat(vault.calls.stream().filter("release"::equals)).hasSize(1);
      vault.heals("release");
      AtomicInteger calls = new AtomicInteger();
      vault.always(
          "release",
          () -> {
            if (calls.incrementAndGet() > 3) {
              failing(Failure.UNAVAILABLE).run();
            }
          });
      room.sweep.sweep();
      // Those that were under way when the first failed, and no others.
      assertThat(calls.get()).isBetween(4, 7);
      vault.heals("release");
      room.sweepOut();
      assertThat(room.rows()).allMatch(row -> row.state() == State.RETURNED);
    }
  }
}
