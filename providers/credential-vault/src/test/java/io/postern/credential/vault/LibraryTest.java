package io.postern.credential.vault;

import static io.postern.credential.vault.Failures.assertNothingDone;
import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.OMAR;
import static io.postern.credential.vault.TestVault.ORDERS;
import static io.postern.credential.vault.TestVault.password;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
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

  @Test
  void library_isFoundAsExclusive() {
    try (VaultProvider provider = provider()) {
      assertThat(provider.find(vault.find(MAYA, ORDERS)))
          .singleElement()
          .satisfies(found -> assertThat(found.isExclusive()).isTrue())
          .extracting(FoundCredential::key)
          .isEqualTo(KEY);
    }
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
