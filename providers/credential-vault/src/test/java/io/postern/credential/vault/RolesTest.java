package io.postern.credential.vault;

import static io.postern.credential.vault.Failures.assertNothingDone;
import static io.postern.credential.vault.Failures.assertPerhapsDone;
import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.OMAR;
import static io.postern.credential.vault.TestVault.ORDERS;
import static io.postern.credential.vault.TestVault.SHOP;
import static io.postern.credential.vault.TestVault.password;
import static io.postern.credential.vault.TestVault.reveal;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RolesTest {
  private static final String LEASE =
      "database/creds/orders-db-ro/2f6a614c-4aa2-7b19-24b9-ad944a8d4de6";

  /** https://developer.hashicorp.com/vault/api-docs/secret/databases#generate-credentials */
  static final String CREDS =
      """
      {"request_id": "6a8f9c8c-0d0c-8a6a-0a48-5c7a5b0d8d2f", "lease_id": "%s", "renewable": true,
       "lease_duration": 3600, "data": {"username": "v-token-orders-db-ro-x4QG", "password": "A1a-pw"},
       "wrap_info": null, "warnings": null, "auth": null}
      """
          .formatted(LEASE);

  /** https://developer.hashicorp.com/vault/api-docs/system/leases#renew-lease */
  static final String RENEWED =
      "{\"lease_id\": \"" + LEASE + "\", \"renewable\": true, \"lease_duration\": 7200}";

  private final TestVault vault = new TestVault();

  @AfterEach
  void stop() {
    vault.close();
  }

  private VaultProvider provider() {
    Settings settings =
        vault
            .settings()
            .and("kv-paths", "")
            .and("database-roles", "{item}-ro")
            .and("database-static-roles", "{item}-app for people=dba")
            .and("ldap-roles", "helpers/{item}")
            .and("ldap-static-roles", "svc-{item}");
    return vault.provider(settings);
  }

  /** https://developer.hashicorp.com/vault/api-docs/secret/databases#read-role */
  private void roles() {
    vault.on(
        "GET",
        "database/roles/orders-db-ro",
        200,
        "{\"data\": {\"creation_statements\": [\"CREATE ROLE\"], \"credential_type\": \"password\","
            + " \"db_name\": \"mysql\", \"default_ttl\": 3600, \"max_ttl\": 86400}}");
    vault.on(
        "GET",
        "database/static-roles/orders-db-app",
        200,
        "{\"data\": {\"credential_type\": \"password\", \"db_name\": \"mysql\", \"username\":"
            + " \"orders\", \"rotation_statements\": [\"ALTER USER\"], \"rotation_period\": 86400,"
            + " \"last_vault_rotation\": \"2019-06-06T22:42:50.274567Z\"}}");
    vault.on(
        "GET",
        "ldap/role/helpers/orders-db",
        200,
        "{\"data\": {\"creation_ldif\": \"dn: ...\", \"default_ttl\": 3600, \"max_ttl\": 86400}}");
    vault.on(
        "GET",
        "ldap/static-role/svc-orders-db",
        200,
        "{\"data\": {\"dn\": \"cn=svc,dc=example,dc=com\", \"rotation_period\": 86400,"
            + " \"username\": \"svc-orders\"}}");
    for (String gone :
        new String[] {
          "database/roles/shop-web-ro",
          "ldap/role/helpers/shop-web",
          "ldap/static-role/svc-shop-web"
        }) {
      vault.on("GET", gone, 404, "{\"errors\": []}");
    }
  }

  @Rule("LOG-1")
  @Test
  void find_offersTheRolesThatThereAre() {
    roles();
    try (VaultProvider provider = provider()) {
      assertThat(provider.find(vault.find(MAYA, ORDERS)))
          .extracting(FoundCredential::key, FoundCredential::username, FoundCredential::precedence)
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple(
                  "database:orders-db-ro", "orders-db-ro", Precedence.ITEM),
              org.assertj.core.groups.Tuple.tuple(
                  "database-static:orders-db-app", "orders", Precedence.ITEM),
              org.assertj.core.groups.Tuple.tuple(
                  "ldap:helpers/orders-db", "helpers/orders-db", Precedence.ITEM),
              org.assertj.core.groups.Tuple.tuple(
                  "ldap-static:svc-orders-db", "svc-orders", Precedence.ITEM));
      assertThat(provider.find(vault.find(OMAR, SHOP))).isEmpty();
    }
  }

  /** Postern takes an answer that has one key twice for a broken one. */
  @Test
  void roleToWhichTwoEntriesLead_isFoundOnce_byTheCloserOne() {
    roles();
    Settings settings =
        vault
            .settings()
            .and("database-roles", "orders-db-ro for group=databases; {item}-ro; {item}-ro as me");
    try (VaultProvider provider = vault.provider(settings)) {
      assertThat(provider.find(vault.find(MAYA, ORDERS)))
          .extracting(FoundCredential::key, FoundCredential::username, FoundCredential::precedence)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(
                  "database:orders-db-ro", "orders-db-ro", Precedence.ITEM));
    }
  }

  @Test
  void dynamicAccount_comesUnderALease_whichIsRenewedAndRevoked() {
    vault.on("GET", "database/creds/orders-db-ro", 200, CREDS);
    vault.on("POST", "sys/leases/renew", 200, RENEWED);
    vault.on("POST", "sys/leases/revoke", 204, "");
    try (VaultProvider provider = provider()) {
      Lent lent = provider.resolve(vault.resolve("database:orders-db-ro"));
      assertThat(lent.credential().username()).isEqualTo("v-token-orders-db-ro-x4QG");
      assertThat(lent.lease().reference()).isEqualTo(LEASE);
      assertThat(lent.lease().expiresAt()).contains(Instant.parse("2026-11-22T10:00:00Z"));
      assertThat(lent.lease().renewable()).isTrue();
      assertThat(password(lent)).isEqualTo("A1a-pw");

      LeaseTerms renewed = provider.renew(vault.renew("database:orders-db-ro", LEASE));
      assertThat(renewed.expiresAt()).contains(Instant.parse("2026-11-22T11:00:00Z"));
      assertThat(vault.last("POST", "sys/leases/renew").getBodyAsString())
          .contains("\"lease_id\":\"" + LEASE, "\"increment\":7200");
      provider.renew(vault.renew("database:orders-db-ro", LEASE));
      assertThat(vault.asked("POST", "sys/leases/renew"))
          .as("lasts that long already")
          .isEqualTo(1);

      provider.release(vault.release("database:orders-db-ro", LEASE, "call-resolve"));
      assertThat(vault.last("POST", "sys/leases/revoke").getBodyAsString())
          .contains("\"lease_id\":\"" + LEASE, "\"sync\":true");
    }
  }

  @Rule("ECM-11")
  @Test
  void release_ofAnEndedUnknownOrLostLease_isDone() {
    vault.on("GET", "database/creds/orders-db-ro", 200, CREDS);
    vault.on("POST", "sys/leases/revoke", 204, "");
    try (VaultProvider provider = provider()) {
      provider.resolve(vault.resolve("database:orders-db-ro")).credential().close();
      provider.release(vault.release("database:orders-db-ro", "", "call-resolve"));
      assertThat(vault.last("POST", "sys/leases/revoke").getBodyAsString()).contains(LEASE);
      provider.release(vault.release("database:orders-db-ro", "", "call-resolve"));
      assertThat(vault.asked("POST", "sys/leases/revoke")).isEqualTo(1);

      vault.on("POST", "sys/leases/revoke", 400, "{\"errors\": [\"invalid lease\"]}");
      provider.release(vault.release("database:orders-db-ro", LEASE, "call-resolve"));
      vault.on("POST", "sys/leases/revoke", 500, "{\"errors\": [\"dial tcp: no\"]}");
      assertPerhapsDone(
          () -> provider.release(vault.release("database:orders-db-ro", LEASE, "call-resolve")),
          Failure.UNAVAILABLE);
    }
  }

  @Test
  void renewal_ofAnEndedLease_isNotFound_andOneOfAnotherProcessIsLookedAt() {
    vault.on("POST", "sys/leases/lookup", 400, "{\"errors\": [\"invalid lease\"]}");
    try (VaultProvider provider = provider()) {
      assertNothingDone(
          () -> provider.renew(vault.renew("database:orders-db-ro", LEASE)), Failure.NOT_FOUND);
      assertNothingDone(
          () -> provider.renew(vault.renew("database-static:orders-db-app", "")),
          Failure.NOT_FOUND);

      /* https://developer.hashicorp.com/vault/api-docs/system/leases#read-lease */
      vault.on(
          "POST",
          "sys/leases/lookup",
          200,
          "{\"data\": {\"id\": \"" + LEASE + "\", \"renewable\": true, \"ttl\": 9000}}");
      assertThat(provider.renew(vault.renew("database:orders-db-ro", LEASE)).expiresAt())
          .contains(Instant.parse("2026-11-22T11:30:00Z"));
      vault.on(
          "POST",
          "sys/leases/lookup",
          200,
          "{\"data\": {\"id\": \"" + LEASE + "\", \"renewable\": true, \"ttl\": 60}}");
      vault.on("POST", "sys/leases/renew", 200, RENEWED);
      assertThat(provider.renew(vault.renew("database:orders-db-ro", LEASE)).expiresAt())
          .contains(Instant.parse("2026-11-22T11:00:00Z"));
    }
  }

  @Test
  void sameCallAgain_endsTheLeaseThatNobodyGot() {
    vault.on("GET", "database/creds/orders-db-ro", 200, CREDS);
    vault.on("POST", "sys/leases/revoke", 204, "");
    try (VaultProvider provider = provider()) {
      provider.resolve(vault.resolve("database:orders-db-ro")).credential().close();
      provider.resolve(vault.resolve("database:orders-db-ro")).credential().close();
    }
    assertThat(vault.asked("POST", "sys/leases/revoke")).isEqualTo(1);
  }

  @Rule("ECM-7")
  @Test
  void leaseWithoutASecret_isRevokedAtOnce_andAFailure() {
    vault.on("GET", "database/creds/orders-db-ro", 200, CREDS.replace("A1a-pw", ""));
    vault.on("POST", "sys/leases/revoke", 204, "");
    try (VaultProvider provider = provider()) {
      assertPerhapsDone(
          () -> provider.resolve(vault.resolve("database:orders-db-ro")), Failure.MISCONFIGURED);
    }
    assertThat(vault.asked("POST", "sys/leases/revoke")).isEqualTo(1);
  }

  @Test
  void roleThatIsNotThere_isNotFound_andForOthersDenied() {
    vault.on(
        "GET",
        "database/creds/orders-db-ro",
        400,
        "{\"errors\": [\"unknown role: orders-db-ro\"]}");
    try (VaultProvider provider = provider()) {
      assertNothingDone(
          () -> provider.resolve(vault.resolve("database:orders-db-ro")), Failure.NOT_FOUND);
      assertNothingDone(
          () -> provider.resolve(vault.resolve(MAYA, SHOP, "database:orders-db-ro", "c")),
          Failure.DENIED);
      assertNothingDone(() -> provider.resolve(vault.resolve("database:root")), Failure.NOT_FOUND);
    }
  }

  /** https://developer.hashicorp.com/vault/api-docs/secret/databases#get-static-credentials */
  @Test
  void staticRole_isGoodUntilVaultChangesIt() {
    vault.on(
        "GET",
        "database/static-creds/orders-db-app",
        200,
        "{\"data\": {\"username\": \"orders\", \"password\": \"132ae3ef-5a64-7499-351e-bfe59f3a2a21\","
            + " \"last_vault_rotation\": \"2019-05-06T15:26:42.525302-05:00\","
            + " \"rotation_period\": 30, \"ttl\": 28}}");
    try (VaultProvider provider = provider()) {
      Lent lent = provider.resolve(vault.resolve("database-static:orders-db-app"));
      assertThat(lent.lease().reference()).isEmpty();
      assertThat(lent.lease().expiresAt()).contains(Instant.parse("2026-11-22T09:00:28Z"));
      assertThat(lent.credential().username()).isEqualTo("orders");
      assertThat(password(lent)).startsWith("132ae3ef");
    }
  }

  /** 0 is said of a role whose turn has come, and of one that Vault does not rotate. */
  @Test
  void staticRole_thatIsAboutToBeRotated_isGoodForSecondsOnly() {
    String data = "{\"data\": {\"username\": \"orders\", \"password\": \"pw\", \"ttl\": 0%s}}";
    try (VaultProvider provider = provider()) {
      for (String turning :
          new String[] {", \"rotation_period\": 30", ", \"rotation_schedule\": \"0 0 * * *\""}) {
        vault.on("GET", "database/static-creds/orders-db-app", 200, data.formatted(turning));
        Lent lent = provider.resolve(vault.resolve("database-static:orders-db-app"));
        assertThat(lent.lease().expiresAt()).contains(Instant.parse("2026-11-22T09:00:05Z"));
      }
      vault.on("GET", "database/static-creds/orders-db-app", 200, data.formatted(""));
      Lent lent = provider.resolve(vault.resolve("database-static:orders-db-app"));
      assertThat(lent.lease().expiresAt()).isEmpty();
    }
  }

  @Rule("ECM-7")
  @Test
  void dynamicAccountWithoutALease_isLentToNobody() {
    vault.on("GET", "database/creds/orders-db-ro", 200, CREDS.replace(LEASE, ""));
    try (VaultProvider provider = provider()) {
      assertPerhapsDone(
          () -> provider.resolve(vault.resolve("database:orders-db-ro")),
          Failure.MISCONFIGURED,
          "without a lease");
      assertNothingDone(
          () -> provider.release(vault.release("database:orders-db-ro", "", "call-resolve")),
          Failure.DENIED);
    }
  }

  @Rule("ECM-7")
  @Test
  void accountWithANameTooLong_isRevokedAtOnce_andAFailure() {
    vault.on(
        "GET",
        "database/creds/orders-db-ro",
        200,
        CREDS.replace("v-token-orders-db-ro-x4QG", "v".repeat(257)));
    vault.on("POST", "sys/leases/revoke", 204, "");
    try (VaultProvider provider = provider()) {
      assertPerhapsDone(
          () -> provider.resolve(vault.resolve("database:orders-db-ro")),
          Failure.MISCONFIGURED,
          "user name");
    }
    assertThat(vault.asked("POST", "sys/leases/revoke")).isEqualTo(1);
  }

  @Rule("OUT-4")
  @Test
  void staticRoles_areRotatedByVault_onceForOneCall() {
    vault.on("POST", "database/rotate-role/orders-db-app", 204, "");
    vault.on("POST", "ldap/rotate-role/svc-orders-db", 503, "{\"errors\": [\"Vault is sealed\"]}");
    try (VaultProvider provider = provider()) {
      provider.rotate(vault.rotate("database-static:orders-db-app", "call-1", null));
      provider.rotate(vault.rotate("database-static:orders-db-app", "call-1", null));
      assertThat(vault.asked("POST", "database/rotate-role/orders-db-app")).isEqualTo(1);
      provider.rotate(vault.rotate("database-static:orders-db-app", "call-2", null));
      assertThat(vault.asked("POST", "database/rotate-role/orders-db-app")).isEqualTo(2);

      assertNothingDone(
          () -> provider.rotate(vault.rotate("ldap-static:svc-orders-db", "call-3", null)),
          Failure.UNAVAILABLE,
          "sealed");
      vault.on("POST", "ldap/rotate-role/svc-orders-db", 204, "");
      provider.rotate(vault.rotate("ldap-static:svc-orders-db", "call-3", null));
      provider.rotate(vault.rotate("database:orders-db-ro", "call-4", null));
      assertNothingDone(
          () -> provider.rotate(vault.rotate("database-static:other", "c", null)),
          Failure.NOT_FOUND);
    }
  }

  /** https://developer.hashicorp.com/vault/api-docs/secret/ldap#generate-dynamic-credentials */
  @Test
  void ldapAccounts_areHadInTheSameWay() {
    vault.on(
        "GET",
        "ldap/creds/helpers/orders-db",
        200,
        "{\"lease_id\": \"ldap/creds/helpers/orders-db/HM9\", \"renewable\": true,"
            + " \"lease_duration\": 3600, \"data\": {\"distinguished_names\": [\"cn=v_token\"],"
            + " \"password\": \"ldap-pw\", \"username\": \"v_token_dynamic\"}}");
    vault.on(
        "GET",
        "ldap/static-cred/svc-orders-db",
        200,
        "{\"data\": {\"dn\": \"cn=svc\", \"last_password\": \"before\", \"password\": \"now\","
            + " \"last_vault_rotation\": \"2022-05-06T15:26:42.525302-05:00\","
            + " \"rotation_period\": 600, \"ttl\": 590, \"username\": \"svc-orders\"}}");
    try (VaultProvider provider = provider()) {
      assertThat(password(provider.resolve(vault.resolve("ldap:helpers/orders-db"))))
          .isEqualTo("ldap-pw");
      assertThat(password(provider.resolve(vault.resolve("ldap-static:svc-orders-db"))))
          .isEqualTo("now");
    }
  }

  @Test
  void roleThatMakesKeys_givesAPrivateKey() {
    roles();
    vault.on(
        "GET",
        "database/roles/orders-db-ro",
        200,
        "{\"data\": {\"credential_type\": \"rsa_private_key\"}}");
    vault.on(
        "GET",
        "database/creds/orders-db-ro",
        200,
        CREDS.replace("\"password\"", "\"rsa_private_key\""));
    try (VaultProvider provider = provider()) {
      assertThat(provider.find(vault.find(MAYA, ORDERS)))
          .filteredOn(found -> found.key().startsWith("database:"))
          .extracting(FoundCredential::kind)
          .containsExactly(CredentialKind.PRIVATE_KEY);
      try (Credential.PrivateKey key =
          (Credential.PrivateKey)
              provider.resolve(vault.resolve("database:orders-db-ro")).credential()) {
        assertThat(reveal(key.key())).isEqualTo("A1a-pw");
      }
    }
  }
}
