package io.postern.credential.vault;

import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.OMAR;
import static io.postern.credential.vault.TestVault.ORDERS;
import static io.postern.credential.vault.TestVault.SHOP;
import static io.postern.credential.vault.TestVault.secret;

import io.postern.person.Person;
import io.postern.spi.Settings;
import io.postern.tck.CredentialProviderTck;
import io.postern.tck.KitClock;
import io.postern.tck.ProviderUnderTest;
import io.postern.testing.Fault;
import io.postern.testing.FaultProxy;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** Vault keeps the rules that every credential provider keeps, each engine by itself. */
@Rule("ECM-12")
class VaultConformanceTest {
  private static final Person NOOR = Person.named("noor", "Noor").memberOf("dba").build();
  private static TestVault vault;

  @BeforeAll
  static void start() {
    vault = new TestVault();
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  /** What the kit is told of any engine. */
  private static ProviderUnderTest played(KitClock clock, String setting, String entry) {
    return played(clock, Map.of(setting, entry));
  }

  private static ProviderUnderTest played(KitClock clock, Map<String, String> entries) {
    PlayedVault played = new PlayedVault(vault.anew(), clock);
    KeptSecret kept =
        new KeptSecret(
            vault, "postern/app", "{\"postern-item\": \"orders-db\", \"postern-people\": \"dba\"}");
    kept.holds("{\"username\": \"app\", \"password\": \"kept-password-1\"}");
    vault.on("GET", "secret/metadata/postern/?list=true", 200, KvTest.list("app"));
    vault.on(
        "GET",
        "secret/metadata/postern/app",
        200,
        KvTest.metadata("{\"postern-item\": \"orders-db\", \"postern-people\": \"dba\"}", ""));
    FaultProxy proxy = FaultProxy.before(vault.server.port());
    Settings settings =
        Settings.with("address", "http://127.0.0.1:" + proxy.port())
            .and("token", secret("hvs.kit-own-token"))
            .and("kv-paths", "");
    for (var entry : entries.entrySet()) {
      settings = settings.and(entry.getKey(), entry.getValue());
    }
    return ProviderUnderTest.of(new VaultProviderFactory(), settings, ORDERS, MAYA)
        .notAt(SHOP)
        .notFor(OMAR)
        .alsoFor(NOOR)
        .cutBy(() -> proxy.fault(Fault.REFUSE), () -> proxy.fault(Fault.NONE))
        .hungBy(() -> proxy.fault(Fault.BLACK_HOLE))
        // Those that never end are FaultsTest's: here each would be waited for to its deadline.
        .answersLostBy(() -> proxy.fault(Fault.RESET_AFTER_REQUEST))
        .outstanding(played::outstanding)
        .refusing(
            Settings.with("address", "nowhere").and("log-on", "card").and("kv-kind", "word"),
            "address",
            "log-on",
            "kv-kind")
        .patience(Duration.ofSeconds(10))
        .afterwards(proxy::close);
  }

  @Nested
  class KeyValue extends CredentialProviderTck {
    @Override
    protected ProviderUnderTest provider(KitClock clock) {
      return played(clock, "kv-paths", "postern/").rotating("kv:postern/app");
    }
  }

  @Nested
  class Dynamic extends CredentialProviderTck {
    @Override
    protected ProviderUnderTest provider(KitClock clock) {
      return played(clock, "database-roles", "{item}-ro for people=dba")
          .rotating("database:orders-db-ro");
    }
  }

  @Nested
  class Static extends CredentialProviderTck {
    @Override
    protected ProviderUnderTest provider(KitClock clock) {
      return played(clock, "database-static-roles", "{item}-app for people=dba")
          .rotating("database-static:orders-db-app");
    }
  }

  /** One-time passwords, which are resolved and have a lease, and keys that are signed. */
  @Nested
  class Ssh extends CredentialProviderTck {
    @Override
    protected ProviderUnderTest provider(KitClock clock) {
      return played(
          clock,
          Map.of(
              "ssh-otp-roles",
              "{item}-otp for people=dba",
              "ssh-sign-roles",
              "{item}-ops as ubuntu for people=dba"));
    }
  }

  @Nested
  class Library extends CredentialProviderTck {
    @Override
    protected ProviderUnderTest provider(KitClock clock) {
      return played(clock, "ldap-libraries", "{item}-team for people=dba");
    }
  }
}
