package io.postern.credential.vault;

import static io.postern.credential.vault.Failures.assertNothingDone;
import static io.postern.credential.vault.Failures.assertPerhapsDone;
import static io.postern.credential.vault.KeptSecret.json;
import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.OMAR;
import static io.postern.credential.vault.TestVault.ORDERS;
import static io.postern.credential.vault.TestVault.password;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/ldap#library-set-management"
 */
class LibraryTest {
  private static final String KEY = "ldap-library:accounting-team";
  private static final String LEASE =
      "ldap/library/accounting-team/check-out/EpuS8cX7uEsDzOwW9kkKOyGW";

  private final TestVault vault = new TestVault();

  @AfterEach
  void stop() {
    vault.close();
  }

  @BeforeEach
  void library() {
    vault.on(
        "GET",
        "ldap/library/accounting-team",
        200,
        "{\"data\": {\"disable_check_in_enforcement\": false, \"max_ttl\": 86400,"
            + " \"service_account_names\": [\"fizz@example.com\", \"buzz@example.com\"],"
            + " \"ttl\": 36000}}");
    checkOut(LEASE, "fizz@example.com", "?@09AZTl2jcSXQ");
    vault.on("POST", "sys/leases/revoke", 204, "");
    vault.on("POST", "sys/leases/lookup", 200, "{\"data\": {\"ttl\": 3600}}");
  }

  private void checkOut(String lease, String account, String password) {
    vault.on(
        "POST",
        "ldap/library/accounting-team/check-out",
        200,
        """
        {"request_id": "364a17d4-e5ab-998b-ceee-b49929229e0c", "lease_id": "%s",
         "renewable": true, "lease_duration": 3600,
         "data": {"password": "%s", "service_account_name": "%s"},
         "wrap_info": null, "warnings": null, "auth": null}
        """
            .formatted(lease, password, account));
  }

  private VaultProvider provider() {
    return vault.provider(
        vault
            .settings()
            .and("kv-paths", "")
            .and("ldap-libraries", "accounting-team for item=orders-db"));
  }

  /** Vault chooses the account; what the core holds for one person is a place in the library. */
  @Rule("OUT-3")
  @Test
  void library_isFoundAsManyTimesAsItHasAccounts_eachExclusive() {
    try (VaultProvider provider = provider()) {
      List<FoundCredential> found = provider.find(vault.find(MAYA, ORDERS));
      assertThat(found).allMatch(FoundCredential::isExclusive);
      assertThat(found)
          .extracting(FoundCredential::key, FoundCredential::label)
          .containsExactly(
              tuple(KEY, "any account of library accounting-team, 1 of 2"),
              tuple(KEY + "#2", "any account of library accounting-team, 2 of 2"));
      vault.on(
          "GET",
          "ldap/library/accounting-team",
          200,
          "{\"data\": {\"service_account_names\": [\"fizz@example.com\"]}}");
      assertThat(provider.find(vault.find(MAYA, ORDERS)))
          .extracting(FoundCredential::key, FoundCredential::label)
          .containsExactly(tuple(KEY, "the account of library accounting-team"));
    }
  }

  @Rule("OUT-3")
  @Test
  void secondAccountOfALibrary_isCheckedOutBesideTheFirst() {
    try (VaultProvider provider = provider()) {
      provider.checkOut(vault.checkOut(MAYA, KEY, "call-1")).credential().close();
      checkOut(LEASE + "2", "buzz@example.com", "other-password");
      assertNothingDone(
          () -> provider.checkOut(vault.checkOut(OMAR, KEY, "call-2")), Failure.DENIED, "Maya");
      Lent lent = provider.checkOut(vault.checkOut(OMAR, KEY + "#2", "call-3"));
      assertThat(lent.credential().username()).isEqualTo("buzz@example.com");
      assertThat(password(lent)).isEqualTo("other-password");
      assertThat(password(provider.resolve(vault.resolve(KEY)))).isEqualTo("?@09AZTl2jcSXQ");
    }
  }

  /** The library has accounts enough for both: Vault does not know that the key is taken. */
  @Rule("OUT-1")
  @Test
  void oneAccount_askedForByTwoAtOnce_isCheckedOutByOne() throws Exception {
    AtomicInteger arrived = new AtomicInteger();
    CountDownLatch answer = new CountDownLatch(1);
    vault.live(
        "/v1/ldap/library/accounting-team/check-out",
        request -> {
          int number = arrived.incrementAndGet();
          await(answer);
          return json(
              200,
              ("{\"lease_id\": \"lease-%d\", \"renewable\": true, \"lease_duration\": 3600,"
                      + " \"data\": {\"password\": \"pw\", \"service_account_name\": \"a%d\"}}")
                  .formatted(number, number));
        });
    try (VaultProvider provider = provider()) {
      FutureTask<Lent> mayas =
          new FutureTask<>(() -> provider.checkOut(vault.checkOut(MAYA, KEY, "call-1")));
      FutureTask<Lent> omars =
          new FutureTask<>(() -> provider.checkOut(vault.checkOut(OMAR, KEY, "call-2")));
      new Thread(mayas).start();
      until(() -> arrived.get() == 1);
      Thread second = new Thread(omars);
      second.start();
      until(() -> arrived.get() == 2 || second.getState() == Thread.State.TIMED_WAITING);
      answer.countDown();
      assertThat(mayas.get().credential().username()).isEqualTo("a1");
      assertThatThrownBy(omars::get).cause().hasMessageContaining("checked out by Maya");
      assertThat(arrived).hasValue(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void until(BooleanSupplier met) {
    long giveUpAt = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!met.getAsBoolean()) {
      assertThat(System.nanoTime() - giveUpAt).as("waited too long").isNegative();
      Thread.onSpinWait();
    }
  }

  @Rule("ECM-7")
  @Test
  void accountWithANameTooLong_isGivenBackAtOnce_andAFailure() {
    checkOut(LEASE, "f".repeat(257), "?@09AZTl2jcSXQ");
    try (VaultProvider provider = provider()) {
      assertPerhapsDone(
          () -> provider.checkOut(vault.checkOut(MAYA, KEY, "call-1")),
          Failure.MISCONFIGURED,
          "256");
    }
    assertThat(vault.last("POST", "sys/leases/revoke").getBodyAsString()).contains(LEASE);
  }

  /** The answer came when the instance was being closed. */
  @Rule("ECM-10")
  @Test
  void passwordThatComesAfterTheEnd_isNotKept() {
    Holds holds = new Holds(vault.clock);
    holds.close();
    Secret password = TestVault.secret("late");
    assertThat(
            holds.add(
                KEY,
                new Place(ORDERS, vault.call(MAYA, "call-1")),
                LeaseTerms.unlimited(),
                new Credential.Password("fizz", password)))
        .isEmpty();
    assertThat(password.isClosed()).isTrue();
  }

  @Test
  void accountCheckedOutThroughAnotherInstance_isRefusedWithTheWayOut() {
    try (VaultProvider one = provider();
        VaultProvider other = provider()) {
      one.checkOut(vault.checkOut(MAYA, KEY, "call-1")).credential().close();
      assertNothingDone(
          () -> other.resolve(vault.resolve(KEY)),
          Failure.DENIED,
          "another instance",
          "check it in and out again");

      other.checkIn(vault.release(KEY, LEASE, "call-1"));
      vault.on("POST", "sys/leases/lookup", 400, "{\"errors\": [\"invalid lease\"]}");
      assertNothingDone(() -> one.resolve(vault.resolve(KEY)), Failure.DENIED, "check it out");
      checkOut(LEASE + "2", "fizz@example.com", "next-password");
      assertThat(password(one.checkOut(vault.checkOut(OMAR, KEY, "call-2"))))
          .isEqualTo("next-password");
    }
  }

  @Rule("ECM-10")
  @Test
  void passwordThatIsKept_isWipedWhenItsLeaseIsOver_whateverIsCalled() {
    Map<String, Consumer<VaultProvider>> calls =
        Map.of(
            "health", provider -> provider.health(vault.health()),
            "find", provider -> provider.find(vault.find(MAYA, ORDERS)),
            "release", provider -> provider.release(vault.release("kv:postern/db", "", "c")));
    calls.forEach(
        (name, call) -> {
          try (VaultProvider provider = provider()) {
            Secret password = TestVault.secret("kept-for-an-hour");
            ((LibraryEngine) provider.engines.of(KEY))
                .holds
                .add(
                    KEY,
                    new Place(ORDERS, vault.call(MAYA, "call-1")),
                    new LeaseTerms(
                        LEASE, Optional.of(vault.clock.instant().plusSeconds(3600)), true),
                    new Credential.Password("fizz", password))
                .orElseThrow()
                .credential()
                .close();
            vault.clock.advance(Duration.ofSeconds(3599));
            call.accept(provider);
            assertThat(password.isClosed()).as(name + ", before its end").isFalse();
            vault.clock.advance(Duration.ofSeconds(1));
            call.accept(provider);
            assertThat(password.isClosed()).as(name + ", at its end").isTrue();
          }
        });
  }

  @Rule({"OUT-1", "OUT-4"})
  @Test
  void account_isCheckedOutForATime_usedByItsHolder_andCheckedIn() {
    try (VaultProvider provider = provider()) {
      assertNothingDone(() -> provider.resolve(vault.resolve(KEY)), Failure.DENIED, "check it out");
      Lent lent = provider.checkOut(vault.checkOut(MAYA, KEY, "call-1"));
      assertThat(lent.credential().username()).isEqualTo("fizz@example.com");
      assertThat(lent.lease().expiresAt()).contains(Instant.parse("2026-11-22T10:00:00Z"));
      assertThat(password(lent)).isEqualTo("?@09AZTl2jcSXQ");
      assertThat(vault.last("POST", "ldap/library/accounting-team/check-out").getBodyAsString())
          .isEqualTo("{\"ttl\":\"3600s\"}");
      assertThat(password(provider.resolve(vault.resolve(KEY)))).isEqualTo("?@09AZTl2jcSXQ");

      provider.checkIn(vault.release(KEY, LEASE, "call-1"));
      assertThat(vault.last("POST", "sys/leases/revoke").getBodyAsString()).contains(LEASE);
      assertNothingDone(() -> provider.resolve(vault.resolve(KEY)), Failure.DENIED, "check it out");
      provider.checkIn(vault.release(KEY, LEASE, "call-1"));
    }
  }

  @Test
  void sameCallAgain_getsTheSameAccount() {
    try (VaultProvider provider = provider()) {
      provider.checkOut(vault.checkOut(MAYA, KEY, "call-1")).credential().close();
      assertThat(password(provider.checkOut(vault.checkOut(MAYA, KEY, "call-1"))))
          .isEqualTo("?@09AZTl2jcSXQ");
    }
    assertThat(vault.asked("POST", "ldap/library/accounting-team/check-out")).isEqualTo(1);
  }

  @Rule("OUT-3")
  @Test
  void whenAllAreOut_othersAreToldWhoHasThem() {
    try (VaultProvider provider = provider()) {
      provider.checkOut(vault.checkOut(MAYA, KEY, "call-1")).credential().close();
      vault.on(
          "POST",
          "ldap/library/accounting-team/check-out",
          400,
          "{\"errors\": [\"No service accounts available for check-out.\"]}");
      assertNothingDone(
          () -> provider.checkOut(vault.checkOut(OMAR, KEY, "call-2")),
          Failure.DENIED,
          "checked out by Maya");
      assertNothingDone(
          () -> provider.resolve(vault.resolve(OMAR, ORDERS, KEY, "call-3")),
          Failure.DENIED,
          "Maya");
    }
    vault.on(
        "GET",
        "ldap/library/accounting-team/status",
        200,
        "{\"data\": {\"buzz@example.com\": {\"available\": false, \"borrower_client_token\":"
            + " \"4c653e473bf7e1c1759fccd3e2b5d5c6d7ae5be9\", \"borrower_entity_id\":"
            + " \"3f4b5c4a-1d1c-4e6b-8f4e-000000000000\"}}}");
    try (VaultProvider another = provider()) {
      assertNothingDone(
              () -> another.checkOut(vault.checkOut(OMAR, KEY, "call-2")),
              Failure.DENIED,
              "buzz@example.com",
              "3f4b5c4a")
          .getMessage();
    }
  }

  @Test
  void lostReference_isFoundByItsCall_andAnEndedHoldIsForgotten() {
    try (VaultProvider provider = provider()) {
      provider.checkOut(vault.checkOut(MAYA, KEY, "call-1")).credential().close();
      provider.checkIn(vault.release(KEY, "", "call-1"));
      assertThat(vault.asked("POST", "sys/leases/revoke")).isEqualTo(1);
      provider.checkIn(vault.release(KEY, "", "call-1"));
      assertThat(vault.asked("POST", "sys/leases/revoke")).isEqualTo(1);

      provider.checkOut(vault.checkOut(MAYA, KEY, "call-2")).credential().close();
      vault.clock.advance(Duration.ofMinutes(61));
      assertNothingDone(() -> provider.resolve(vault.resolve(KEY)), Failure.DENIED);
    }
  }

  @Test
  void lateCheckIn_doesNotEndAnothersHold() {
    try (VaultProvider provider = provider()) {
      provider.checkOut(vault.checkOut(MAYA, KEY, "call-1")).credential().close();
      provider.checkIn(vault.release(KEY, LEASE, "call-1"));
      checkOut(LEASE + "2", "fizz@example.com", "next-password");
      provider.checkOut(vault.checkOut(OMAR, KEY, "call-2")).credential().close();
      vault.on("POST", "sys/leases/revoke", 400, "{\"errors\": [\"invalid lease\"]}");
      provider.checkIn(vault.release(KEY, LEASE, "call-1"));
      assertThat(password(provider.resolve(vault.resolve(OMAR, ORDERS, KEY, "c"))))
          .isEqualTo("next-password");
    }
  }

  @Test
  void whatIsNotExclusive_isLentAsResolveDoes() {
    vault.on("GET", "secret/data/postern/db", 200, KvTest.secretOf("app", "pw-1"));
    try (VaultProvider provider = vault.provider()) {
      assertThat(password(provider.checkOut(vault.checkOut(MAYA, "kv:postern/db", "c"))))
          .isEqualTo("pw-1");
      provider.checkIn(vault.release("kv:postern/db", "", "c"));
    }
  }

  @Test
  void checkOutForNoTime_orOfNothing_isRefused() {
    vault.on("POST", "ldap/library/accounting-team/check-out", 404, "{\"errors\": []}");
    try (VaultProvider provider = provider()) {
      assertNothingDone(() -> provider.checkOut(vault.checkOut(MAYA, KEY, "c")), Failure.NOT_FOUND);
      assertNothingDone(
          () ->
              provider.checkOut(
                  new io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest(
                      KEY, ORDERS, vault.clock.instant(), vault.call(MAYA, "c"))),
          Failure.DENIED,
          "has passed");
    }
  }
}
