package io.postern.credential.vault;

import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.CallContext;
import io.postern.spi.Settings;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.RenewsLeases.RenewRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import io.postern.spi.credential.SignsSshCertificates.SignRequest;
import io.postern.testing.Fault;
import io.postern.testing.FaultProxy;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twelve faults of the network by every operation: each ends in time, as one of the closed set, and
 * says that nothing was done only where nothing was (G11).
 */
class FaultsTest {
  private static final Duration TIME = Duration.ofMillis(1_200);
  private static final String LEASE = "database/creds/ro/1";

  /** What a provider is asked, what reaches Vault for it, and whether that does something. */
  enum Operation {
    HEALTH(false, "GET", "sys/health?perfstandbyok=true&standbyok=true"),
    FIND(false, "GET", "secret/metadata/postern/?list=true"),
    RESOLVE(false, "GET", "secret/data/postern/db"),
    RESOLVE_DYNAMIC(true, "GET", "database/creds/ro"),
    ONE_TIME_PASSWORD(true, "POST", "ssh/creds/otp"),
    RELEASE(true, "POST", "sys/leases/revoke"),
    CHECK_OUT(true, "POST", "ldap/library/set/check-out"),
    CHECK_IN(true, "POST", "sys/leases/revoke"),
    RENEW(false, "POST", "sys/leases/lookup"),
    ROTATE_STATIC(true, "POST", "database/rotate-role/app"),
    ROTATE_KEPT(false, "GET", "secret/data/postern/db"),
    SIGN(false, "POST", "ssh/sign/ops");

    final boolean acts;
    final String method;
    final String path;

    Operation(boolean acts, String method, String path) {
      this.acts = acts;
      this.method = method;
      this.path = path;
    }
  }

  private static final Map<Fault, Failure> SLOW =
      new EnumMap<>(
          Map.of(
              Fault.BLACK_HOLE, Failure.TIMED_OUT,
              Fault.SWALLOW_ANSWER, Failure.TIMED_OUT,
              Fault.TRICKLE, Failure.TIMED_OUT));

  private static final AtomicInteger CALLS = new AtomicInteger();
  private static TestVault vault;

  @BeforeAll
  static void start() {
    vault = new TestVault();
    vault.on("GET", "secret/metadata/postern/?list=true", 200, KvTest.list("db"));
    vault.on(
        "GET",
        "secret/metadata/postern/db",
        200,
        KvTest.metadata("{\"postern-everyone\": \"true\"}", ""));
    new KeptSecret(vault, "postern/db", "{\"postern-everyone\": \"true\"}")
        .holds("{\"password\": \"pw\"}");
    vault.on("GET", "database/creds/ro", 200, RolesTest.CREDS);
    vault.on(
        "POST",
        "ssh/creds/otp",
        200,
        "{\"lease_id\": \"ssh/creds/otp/1\", \"data\": {\"key\": \"2f7e25a2\", \"key_type\": \"otp\"}}");
    vault.on("POST", "sys/leases/revoke", 204, "");
    vault.on("POST", "sys/leases/renew", 200, RolesTest.RENEWED);
    vault.on("POST", "sys/leases/lookup", 200, "{\"data\": {\"ttl\": 5, \"renewable\": true}}");
    vault.on(
        "POST",
        "ldap/library/set/check-out",
        200,
        "{\"lease_id\": \"ldap/library/set/check-out/1\", \"renewable\": true,"
            + " \"lease_duration\": 60, \"data\": {\"password\": \"pw\","
            + " \"service_account_name\": \"fizz\"}}");
    vault.on("POST", "database/rotate-role/app", 204, "");
    vault.on("POST", "ssh/sign/ops", 200, "{\"data\": {\"signed_key\": \"\"}}");
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  static Stream<Arguments> everything() {
    return Stream.of(Operation.values())
        .flatMap(
            operation ->
                Stream.of(Fault.values())
                    .filter(fault -> fault != Fault.NONE)
                    .map(fault -> Arguments.of(operation, fault)));
  }

  @Rule({"ECM-6", "ECM-7", "ECM-9"})
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("everything")
  void fault_endsInTime_asOneOfTheClosedSet_andIsHonestAboutItsEffect(
      Operation operation, Fault fault) {
    try (FaultProxy proxy = FaultProxy.before(vault.server.port());
        VaultProvider provider = provider(proxy)) {
      // The log-on goes well, so that it is the operation that meets the fault.
      assertThat(provider.health(vault.health()).usable()).isTrue();
      vault.server.resetRequests();
      int before = proxy.accepted();
      proxy.fault(fault);

      ProviderException thrown = null;
      long start = System.nanoTime();
      try {
        run(provider, operation);
      } catch (ProviderException e) {
        thrown = e;
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertThat(took).as("hangs").isLessThan(TIME.plusSeconds(5));
      int reached = vault.asked(operation.method, operation.path);
      if (operation.acts) {
        assertThat(reached).as("never twice").isLessThanOrEqualTo(1);
      }
      if (thrown == null) {
        assertThat(reached).as("no answer out of nothing").isPositive();
        return;
      }
      if (reached > 0 && operation.acts) {
        assertThat(thrown.isWithoutEffect()).as("it was done: " + thrown.logText()).isFalse();
      }
      boolean onlyReads = !operation.acts && operation != Operation.ROTATE_KEPT;
      if (onlyReads || thrown.logText().contains("ConnectException")) {
        assertThat(thrown.isWithoutEffect()).as(thrown.logText()).isTrue();
      }
      // A kept connection that the proxy cut when it was told to break is a broken one.
      boolean metTheFault = proxy.accepted() > before;
      assertThat(thrown.failure())
          .as(thrown.logText())
          .isEqualTo(
              metTheFault ? SLOW.getOrDefault(fault, Failure.UNAVAILABLE) : Failure.UNAVAILABLE);

      // And when all is well again, all is well again.
      proxy.fault(Fault.NONE);
      assertThat(provider.health(vault.health()).usable()).isTrue();
    }
  }

  private static VaultProvider provider(FaultProxy proxy) {
    Settings settings =
        vault
            .settings()
            .and("address", "http://127.0.0.1:" + proxy.port())
            .and("kv-paths", "postern/")
            .and("database-roles", "ro for everyone")
            .and("database-static-roles", "app for everyone")
            .and("ldap-libraries", "set for everyone")
            .and("ssh-otp-roles", "otp as app for everyone")
            .and("ssh-sign-roles", "ops as ubuntu for everyone");
    return vault.provider(settings);
  }

  private static void run(VaultProvider provider, Operation operation) {
    CallContext call = vault.call(MAYA, "call-" + CALLS.incrementAndGet(), TIME);
    switch (operation) {
      case HEALTH -> {
        var health = provider.health(new HealthCheck(vault.clock.instant().plus(TIME)));
        if (!health.usable()) {
          // Down is its answer; here it is looked at as the others are.
          throw ProviderException.withoutEffect(
              health.detail().contains("in time") ? Failure.TIMED_OUT : Failure.UNAVAILABLE,
              health.detail(),
              health.detail(),
              null);
        }
      }
      case FIND -> assertThat(provider.find(new FindRequest(ORDERS, "", call))).isNotEmpty();
      case RESOLVE -> resolve(provider, "kv:postern/db", call);
      case RESOLVE_DYNAMIC -> resolve(provider, "database:ro", call);
      case ONE_TIME_PASSWORD -> resolve(provider, "ssh-otp:otp:app", call);
      case RELEASE -> provider.release(new ReleaseRequest("database:ro", LEASE, call));
      case CHECK_OUT ->
          provider
              .checkOut(
                  new CheckOutRequest(
                      "ldap-library:set", ORDERS, vault.clock.instant().plusSeconds(60), call))
              .credential()
              .close();
      case CHECK_IN -> provider.checkIn(new ReleaseRequest("ldap-library:set", LEASE, call));
      case RENEW ->
          provider.renew(
              new RenewRequest(
                  "database:ro", LEASE, vault.clock.instant().plusSeconds(3600), call));
      case ROTATE_STATIC ->
          provider.rotate(new RotateRequest("database-static:app", ORDERS, Optional.empty(), call));
      case ROTATE_KEPT ->
          provider.rotate(
              new RotateRequest("kv:postern/db", ORDERS, Optional.of(change -> {}), call));
      case SIGN ->
          provider.sign(
              new SignRequest(
                  "ssh-sign:ops:ubuntu",
                  ORDERS,
                  "ssh-ed25519 AAAA",
                  vault.clock.instant().plusSeconds(60),
                  call));
    }
  }

  private static void resolve(VaultProvider provider, String key, CallContext call) {
    provider.resolve(new ResolveRequest(key, ORDERS, call)).credential().close();
  }
}
