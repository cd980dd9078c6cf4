package io.postern.credential.vault;

import static io.postern.credential.vault.Failures.assertNothingDone;
import static io.postern.credential.vault.Failures.assertPerhapsDone;
import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Vault may have lent without an answer that was read is not said to be given back. */
@Rule("ECM-11")
class LostAnswersTest {
  private static final String DYNAMIC = "database:ro";
  private static final String LIBRARY = "ldap-library:set";
  private static final String ONE_TIME = "ssh-otp:otp:app";

  /** Vault is asked, may have acted, and what comes back says nothing. */
  private static final String BROKEN = "{\"lease_id\": \"data";

  private final TestVault vault = new TestVault();

  @AfterEach
  void stop() {
    vault.close();
  }

  @BeforeEach
  void engines() {
    vault.on(
        "GET",
        "database/roles/ro",
        200,
        "{\"data\": {\"credential_type\": \"password\", \"default_ttl\": 3600, \"max_ttl\":"
            + " 86400}}");
    vault.on("GET", "database/creds/ro", 200, BROKEN);
    vault.on("POST", "ldap/library/set/check-out", 200, BROKEN);
    vault.on("POST", "ssh/creds/otp", 200, BROKEN);
    vault.on("POST", "sys/leases/revoke", 204, "");
    vault.on("POST", "sys/leases/lookup", 200, "{\"data\": {\"ttl\": 3600}}");
    vault.on("GET", "ssh/roles/otp", 200, "{\"data\": {\"default_user\": \"app\"}}");
    vault.on("GET", "ldap/library/set", 404, "{\"errors\": []}");
  }

  private VaultProvider provider() {
    return vault.provider(
        vault
            .settings()
            .and("kv-paths", "")
            .and("database-roles", "ro for everyone")
            .and("ldap-libraries", "set for everyone")
            .and("ssh-otp-roles", "otp as app for everyone"));
  }

  @Test
  void dynamicAccount_isRefusedToBeGivenBack_untilItHasEndedByItself() {
    try (VaultProvider provider = provider()) {
      provider.find(vault.find(MAYA, ORDERS));
      assertPerhapsDone(() -> provider.resolve(vault.resolve(DYNAMIC)), Failure.UNAVAILABLE);
      assertNothingDone(
          () -> provider.release(vault.release(DYNAMIC, "", "call-resolve")),
          Failure.DENIED,
          DYNAMIC,
          "database/creds/ro",
          "lost on 2026-11-22T09:00:00Z",
          "ends by itself by 2026-11-22T10:05:00Z");
      vault.clock.advance(Duration.ofMinutes(64));
      assertNothingDone(
          () -> provider.release(vault.release(DYNAMIC, "", "call-resolve")), Failure.DENIED);
      vault.clock.advance(Duration.ofMinutes(1));
      provider.release(vault.release(DYNAMIC, "", "call-resolve"));
    }
    assertThat(vault.asked("POST", "sys/leases/revoke")).isZero();
  }

  @Test
  void lifeThatIsNotKnown_isForAPersonToEnd() {
    try (VaultProvider provider = provider()) {
      assertPerhapsDone(() -> provider.resolve(vault.resolve(DYNAMIC)), Failure.UNAVAILABLE);
      assertPerhapsDone(() -> provider.resolve(vault.resolve(ONE_TIME)), Failure.UNAVAILABLE);
      vault.clock.advance(Duration.ofDays(400));
      assertNothingDone(
          () -> provider.release(vault.release(DYNAMIC, "", "call-resolve")),
          Failure.DENIED,
          "as long as Vault's settings for that path say",
          "settle this by hand");
    }
  }

  @Test
  void oneTimePassword_isRefusedToBeGivenBack() {
    try (VaultProvider provider = provider()) {
      assertPerhapsDone(() -> provider.resolve(vault.resolve(ONE_TIME)), Failure.UNAVAILABLE);
      assertNothingDone(
          () -> provider.release(vault.release(ONE_TIME, "", "call-resolve")),
          Failure.DENIED,
          "ssh/creds/otp");
    }
  }

  @Test
  void libraryAccount_isRefusedToBeCheckedIn_untilTheTimeItWasAskedForIsOver() {
    try (VaultProvider provider = provider()) {
      assertPerhapsDone(
          () -> provider.checkOut(vault.checkOut(MAYA, LIBRARY, "call-1")), Failure.UNAVAILABLE);
      assertNothingDone(
          () -> provider.checkIn(vault.release(LIBRARY, "", "call-1")),
          Failure.DENIED,
          "ldap/library/set/check-out",
          "ends by itself by 2026-11-22T10:05:00Z");
      vault.clock.advance(Duration.ofMinutes(65));
      provider.checkIn(vault.release(LIBRARY, "", "call-1"));
    }
  }

  @Test
  void answerWithoutALease_isAsGoodAsLost() {
    vault.on("POST", "ldap/library/set/check-out", 200, "{\"data\": {\"password\": \"pw\"}}");
    vault.on("GET", "database/creds/ro", 200, "{\"data\": {}}");
    try (VaultProvider provider = provider()) {
      assertPerhapsDone(
          () -> provider.checkOut(vault.checkOut(MAYA, LIBRARY, "call-1")), Failure.MISCONFIGURED);
      assertNothingDone(
          () -> provider.checkIn(vault.release(LIBRARY, "", "call-1")), Failure.DENIED);
      assertPerhapsDone(() -> provider.resolve(vault.resolve(DYNAMIC)), Failure.MISCONFIGURED);
      assertNothingDone(
          () -> provider.release(vault.release(DYNAMIC, "", "call-resolve")), Failure.DENIED);
    }
  }

  /** Such as when an endpoint refused the first password, and the second never arrived. */
  @Test
  void leaseThatIsKnown_isRevokedBeforeTheLostOneIsSpokenOf() {
    try (VaultProvider provider = provider()) {
      assertPerhapsDone(() -> provider.resolve(vault.resolve(DYNAMIC)), Failure.UNAVAILABLE);
      vault.on("GET", "database/creds/ro", 200, RolesTest.CREDS);
      String lease = provider.resolve(vault.resolve(DYNAMIC)).lease().reference();
      assertNothingDone(
          () -> provider.release(vault.release(DYNAMIC, lease, "call-resolve")), Failure.DENIED);
      assertThat(vault.last("POST", "sys/leases/revoke").getBodyAsString()).contains(lease);
    }
  }

  @Test
  void otherCalls_andRequestsThatDidNothing_areGivenBackAsEver() {
    try (VaultProvider provider = provider()) {
      assertPerhapsDone(() -> provider.resolve(vault.resolve(DYNAMIC)), Failure.UNAVAILABLE);
      assertThatCode(() -> provider.release(vault.release(DYNAMIC, "", "another-call")))
          .doesNotThrowAnyException();
      vault.on("GET", "database/creds/ro", 403, "{\"errors\": [\"permission denied\"]}");
      assertNothingDone(
          () -> provider.resolve(vault.resolve(MAYA, ORDERS, DYNAMIC, "refused-call")),
          Failure.DENIED);
      assertThatCode(() -> provider.release(vault.release(DYNAMIC, "", "refused-call")))
          .doesNotThrowAnyException();
    }
  }
}
