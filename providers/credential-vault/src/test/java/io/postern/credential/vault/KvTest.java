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
import io.postern.credential.Secret;
import io.postern.spi.Settings;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2"
 */
class KvTest {
  private final TestVault vault = new TestVault();

  @AfterEach
  void stop() {
    vault.close();
  }

  /** .../kv-v2#sample-response-1 (read secret version) */
  static String secretOf(String user, String password) {
    return secret(
        "{\"username\": \"" + user + "\", \"password\": \"" + password + "\"}",
        "{\"postern-item\": \"orders-db\"}",
        2);
  }

  static String secret(String data, String custom, int version) {
    return """
    {"data": {"data": %s,
      "metadata": {"created_time": "2018-03-22T02:24:06.945319214Z", "custom_metadata": %s,
        "deletion_time": "", "destroyed": false, "version": %d}}}
    """
        .formatted(data, custom, version);
  }

  /** .../kv-v2#sample-response-5 (read secret metadata) */
  static String metadata(String custom, String deleted) {
    return """
    {"data": {"cas_required": false, "created_time": "2018-03-22T02:24:06.945319214Z",
      "current_version": 2, "delete_version_after": "3h25m19s", "max_versions": 0,
      "oldest_version": 0, "updated_time": "2018-03-22T02:36:43.986212308Z",
      "custom_metadata": %s,
      "versions": {"1": {"created_time": "2018-03-22T02:24:06.945319214Z", "deletion_time": "",
          "destroyed": false},
        "2": {"created_time": "2018-03-22T02:36:33.954880664Z", "deletion_time": "%s",
          "destroyed": false}}}}
    """
        .formatted(custom, deleted);
  }

  /** .../kv-v2#sample-response-6 (list secrets) */
  static String list(String... keys) {
    return "{\"data\": {\"keys\": [\"" + String.join("\", \"", keys) + "\"]}}";
  }

  private void stored(String path, String custom) {
    vault.on("GET", "secret/metadata/" + path, 200, metadata(custom, ""));
    vault.on(
        "GET",
        "secret/data/" + path,
        200,
        secret("{\"username\": \"app\", \"password\": \"pw-1\"}", custom, 2));
  }

  @Nested
  class Find {
    @Rule("LOG-1")
    @Test
    void folder_isSearchedByMetadata_withoutReadingASecret() {
      vault.on(
          "GET", "secret/metadata/postern/?list=true", 200, list("db", "deep/", "gone", "plain"));
      vault.on("GET", "secret/metadata/postern/deep/?list=true", 200, list("root"));
      stored(
          "postern/db",
          "{\"postern-item\": \"orders-db|shop-web\", \"postern-username\": \"orders-app\","
              + " \"postern-label\": \"Die Bestellungen, groß\"}");
      stored(
          "postern/deep/root", "{\"postern-group\": \"databases\", \"postern-people\": \"dba\"}");
      stored("postern/plain", "null");
      vault.on(
          "GET",
          "secret/metadata/postern/gone",
          200,
          metadata("{\"postern-everyone\": \"true\"}", "2018-03-22T02:36:43.986212308Z"));
      try (VaultProvider provider = vault.provider()) {
        assertThat(provider.find(vault.find(MAYA, ORDERS)))
            .containsExactly(
                FoundCredential.of(
                        "kv:postern/db", "orders-app", CredentialKind.PASSWORD, Precedence.ITEM)
                    .labelled("Die Bestellungen, groß"),
                FoundCredential.of(
                    "kv:postern/deep/root", "root", CredentialKind.PASSWORD, Precedence.GROUP));
        assertThat(provider.find(vault.find(OMAR, SHOP)))
            .extracting(FoundCredential::key)
            .containsExactly("kv:postern/db");
      }
      assertThat(vault.asked("GET", "secret/data/postern/db")).isZero();
    }

    @Rule("INJ-4")
    @Test
    void metadataWithASlip_letNobodyIn_whoTheRestWouldLetIn() {
      vault.on("GET", "secret/metadata/postern/?list=true", 200, list("db"));
      try (VaultProvider provider = vault.provider()) {
        for (String slip :
            new String[] {"\"postern-persn\": \"noor\"", "\"postern-kind\": \"privat-key\""}) {
          stored("postern/db", "{\"postern-item\": \"orders-db\", " + slip + "}");
          assertNothingDone(
              () -> provider.find(vault.find(MAYA, ORDERS)), Failure.MISCONFIGURED, "metadata");
          assertNothingDone(
              () -> provider.resolve(vault.resolve("kv:postern/db")),
              Failure.MISCONFIGURED,
              "metadata");
          assertNothingDone(
              () -> provider.rotate(vault.rotate("kv:postern/db", "c", change -> {})),
              Failure.MISCONFIGURED,
              "metadata");
          assertThat(provider.find(vault.find(OMAR, SHOP))).isEmpty();
        }
        stored("postern/db", "{\"postern-item\": \"orders-db\", \"postern-persn\": \"noor\"}");
        assertNothingDone(
            () -> provider.find(vault.find(MAYA, ORDERS)),
            Failure.MISCONFIGURED,
            "did you mean 'postern-person'?");
      }
    }

    @Rule("INJ-4")
    @Test
    void conditionThatIsEmpty_holdsForNobody() {
      vault.on("GET", "secret/metadata/postern/?list=true", 200, list("db"));
      stored("postern/db", "{\"postern-item\": \"orders-db\", \"postern-people\": \"\"}");
      try (VaultProvider provider = vault.provider()) {
        assertThat(provider.find(vault.find(MAYA, ORDERS))).isEmpty();
        assertNothingDone(
            () -> provider.resolve(vault.resolve("kv:postern/db")), Failure.DENIED, "not for Maya");
      }
    }

    /** .../kv-v2#delete_version_after: the time stands in the metadata from the beginning. */
    @Test
    void versionThatIsToBeDeletedLater_isFoundUntilThen() {
      vault.on("GET", "secret/metadata/postern/?list=true", 200, list("db"));
      vault.on(
          "GET",
          "secret/metadata/postern/db",
          200,
          metadata("{\"postern-everyone\": \"true\"}", "2026-11-22T10:00:00.986212308Z"));
      try (VaultProvider provider = vault.provider()) {
        assertThat(provider.find(vault.find(MAYA, ORDERS))).hasSize(1);
        vault.clock.advance(java.time.Duration.ofHours(2));
        assertThat(provider.find(vault.find(MAYA, ORDERS))).isEmpty();
      }
    }

    @Test
    void kind_standsInTheMetadata() {
      vault.on("GET", "secret/metadata/postern/?list=true", 200, list("key"));
      stored("postern/key", "{\"postern-everyone\": \"true\", \"postern-kind\": \"private-key\"}");
      try (VaultProvider provider = vault.provider()) {
        assertThat(provider.find(vault.find(MAYA, ORDERS)))
            .extracting(FoundCredential::kind)
            .containsExactly(CredentialKind.PRIVATE_KEY);
      }
    }

    @Test
    void folderThatIsNotThere_holdsNothing() {
      vault.on("GET", "secret/metadata/postern/?list=true", 404, "{\"errors\": []}");
      try (VaultProvider provider = vault.provider()) {
        assertThat(provider.find(vault.find(MAYA, ORDERS))).isEmpty();
      }
    }

    @Rule("ECM-7")
    @Test
    void engineThatIsNotThere_isAFailure_andNoEmptyList() {
      vault.on(
          "GET",
          "secret/metadata/postern/?list=true",
          404,
          "{\"errors\": [\"no handler for route 'secret/metadata/postern/'\"]}");
      try (VaultProvider provider = vault.provider()) {
        assertNothingDone(
            () -> provider.find(vault.find(MAYA, ORDERS)),
            Failure.MISCONFIGURED,
            "no secrets engine is mounted");
      }
    }

    @Rule("ECM-7")
    @Test
    void moreThanMayBeLookedAt_isAFailure_andNoShorterList() {
      vault.on("GET", "secret/metadata/postern/?list=true", 200, list("a", "b", "c"));
      try (VaultProvider provider = vault.provider(vault.settings().and("find-limit", "2"))) {
        assertNothingDone(
            () -> provider.find(vault.find(MAYA, ORDERS)), Failure.MISCONFIGURED, "find-limit");
      }
    }

    @Test
    void templates_askForNothingElse() {
      stored("hosts/orders-db/root", "null");
      Settings settings = vault.settings().and("kv-paths", "hosts/{item}/root as root");
      try (VaultProvider provider = vault.provider(settings)) {
        assertThat(provider.find(vault.find(MAYA, ORDERS)))
            .containsExactly(
                FoundCredential.of(
                    "kv:hosts/orders-db/root", "root", CredentialKind.PASSWORD, Precedence.ITEM));
        vault.on("GET", "secret/metadata/hosts/shop-web/root", 404, "{\"errors\": []}");
        assertThat(provider.find(vault.find(OMAR, SHOP))).isEmpty();
      }
    }

    /** https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1#list-secrets */
    @Test
    void versionOne_hasNoMetadata_soEntriesSayForWhom() {
      vault.on("GET", "secret/hosts/orders-db/?list=true", 200, list("root", "app"));
      Settings settings = vault.settings().and("kv-version", "1").and("kv-paths", "hosts/{item}/");
      try (VaultProvider provider = vault.provider(settings)) {
        assertThat(provider.find(vault.find(MAYA, ORDERS)))
            .extracting(FoundCredential::key)
            .containsExactly("kv:hosts/orders-db/app", "kv:hosts/orders-db/root");
      }
    }

    @Test
    void search_looksAtUserNamesAndLabels() {
      vault.on("GET", "secret/metadata/postern/?list=true", 200, list("root", "app"));
      stored("postern/root", "{\"postern-everyone\": \"true\"}");
      stored("postern/app", "{\"postern-everyone\": \"true\", \"postern-label\": \"The APP\"}");
      try (VaultProvider provider = vault.provider()) {
        assertThat(
                provider.find(
                    new io.postern.spi.credential.FindRequest(
                        ORDERS, "the app", vault.call(MAYA, "c"))))
            .extracting(FoundCredential::key)
            .containsExactly("kv:postern/app");
      }
    }
  }

  @Nested
  class Resolve {
    @Rule("ECM-5")
    @Test
    void secret_comesWithItsUserName_andReleaseOwesNothing() {
      stored("postern/db", "{\"postern-item\": \"orders-db\"}");
      try (VaultProvider provider = vault.provider()) {
        var lent = provider.resolve(vault.resolve("kv:postern/db"));
        assertThat(lent.credential().username()).isEqualTo("app");
        assertThat(password(lent)).isEqualTo("pw-1");
        provider.release(vault.release("kv:postern/db", "", "call-resolve"));
        provider.release(vault.release("kv:postern/db", "", "call-resolve"));
      }
    }

    @Test
    void secretForOthers_isDenied_evenThoughItsKeyIsKnown() {
      stored("postern/db", "{\"postern-item\": \"orders-db\", \"postern-person\": \"maya\"}");
      stored("postern/nobody", "null");
      try (VaultProvider provider = vault.provider()) {
        assertNothingDone(
            () -> provider.resolve(vault.resolve(OMAR, ORDERS, "kv:postern/db", "c")),
            Failure.DENIED,
            "not for Omar");
        assertNothingDone(
            () -> provider.resolve(vault.resolve(MAYA, SHOP, "kv:postern/db", "c")),
            Failure.DENIED,
            "at shop-web");
        assertNothingDone(
            () -> provider.resolve(vault.resolve("kv:postern/nobody")), Failure.DENIED);
      }
    }

    @Test
    void keysOutsideEveryEntry_areNotFound_andNotAskedFor() {
      try (VaultProvider provider = vault.provider()) {
        for (String key :
            new String[] {
              "kv:other/secret",
              "kv:postern/../other",
              "kv:postern/",
              "kv:postern/a?version=1",
              "nothing",
              "database:root",
              ""
            }) {
          assertNothingDone(() -> provider.resolve(vault.resolve(key)), Failure.NOT_FOUND);
        }
      }
      assertThat(vault.askedInAll()).isZero();
    }

    @Rule("ECM-7")
    @Test
    void emptyMissingAndMisshapenPasswords_areFailures() {
      for (String data : new String[] {"{\"password\": \"\"}", "{}", "null", "{\"password\": 5}"}) {
        vault.on(
            "GET",
            "secret/data/postern/db",
            200,
            secret(data, "{\"postern-everyone\": \"true\"}", 1));
        try (VaultProvider provider = vault.provider()) {
          assertNothingDone(
              () -> provider.resolve(vault.resolve("kv:postern/db")),
              Failure.MISCONFIGURED,
              "field 'password'");
        }
      }
    }

    /** .../kv-v2#delete-latest-version-of-secret: 404 with metadata */
    @Test
    void deletedSecret_isNotFound_andSaidToBeDeleted() {
      vault.on(
          "GET",
          "secret/data/postern/db",
          404,
          secret("null", "null", 2)
              .replace("\"deletion_time\": \"\"", "\"deletion_time\": \"2018\""));
      vault.on("GET", "secret/data/postern/none", 404, "{\"errors\": []}");
      try (VaultProvider provider = vault.provider()) {
        assertNothingDone(
            () -> provider.resolve(vault.resolve("kv:postern/db")), Failure.NOT_FOUND, "deleted");
        assertNothingDone(
            () -> provider.resolve(vault.resolve("kv:postern/none")), Failure.NOT_FOUND, "no cred");
      }
    }

    @Test
    void metadata_mayHoldASecretAtAnOlderVersion() {
      stored("postern/db", "{\"postern-everyone\": \"true\", \"postern-version\": \"1\"}");
      vault.on(
          "GET",
          "secret/data/postern/db?version=1",
          200,
          secret("{\"password\": \"older\"}", "{\"postern-everyone\": \"true\"}", 1));
      try (VaultProvider provider = vault.provider()) {
        assertThat(password(provider.resolve(vault.resolve("kv:postern/db")))).isEqualTo("older");
      }
    }

    @Test
    void keysTokensAndCertificates_areReadFromTheirFields() {
      String data =
          "{\"private_key\": \"the-key\", \"passphrase\": \"opens\", \"token\": \"tok\","
              + " \"certificate\": \"ssh-ed25519-cert-v01@openssh.com AAAA\"}";
      try (VaultProvider provider = vault.provider()) {
        for (String kind : new String[] {"private-key", "token", "certificate"}) {
          vault.on(
              "GET",
              "secret/data/postern/" + kind,
              200,
              secret(
                  data, "{\"postern-everyone\": \"true\", \"postern-kind\": \"" + kind + "\"}", 1));
        }
        try (Credential.PrivateKey key =
            (Credential.PrivateKey)
                provider.resolve(vault.resolve("kv:postern/private-key")).credential()) {
          assertThat(reveal(key.key())).isEqualTo("the-key");
          assertThat(reveal(key.passphrase().orElseThrow())).isEqualTo("opens");
        }
        try (Credential.Token token =
            (Credential.Token) provider.resolve(vault.resolve("kv:postern/token")).credential()) {
          assertThat(reveal(token.token())).isEqualTo("tok");
        }
        try (Credential.Certificate certificate =
            (Credential.Certificate)
                provider.resolve(vault.resolve("kv:postern/certificate")).credential()) {
          assertThat(certificate.certificate()).startsWith("ssh-ed25519-cert");
          assertThat(reveal(certificate.passphrase().orElseThrow())).isEqualTo("opens");
        }
      }
    }

    @Rule("ECM-7")
    @Test
    void whatIsTooLongForACredential_isAFaultOfTheStoresContent() {
      vault.on("GET", "secret/data/postern/db", 200, secretOf("u".repeat(257), "pw-1"));
      vault.on(
          "GET",
          "secret/data/postern/certificate",
          200,
          secret(
              "{\"private_key\": \"k\", \"passphrase\": \"opens\", \"certificate\": \""
                  + "c".repeat(65_537)
                  + "\"}",
              "{\"postern-item\": \"orders-db\", \"postern-kind\": \"certificate\"}",
              1));
      try (VaultProvider provider = vault.provider()) {
        assertNothingDone(
            () -> provider.resolve(vault.resolve("kv:postern/db")),
            Failure.MISCONFIGURED,
            "user name of more than 256",
            "'username'");
        assertNothingDone(
            () -> provider.resolve(vault.resolve("kv:postern/certificate")),
            Failure.MISCONFIGURED,
            "certificate");
      }
    }

    @Rule("ECM-10")
    @Test
    void secretsOfWhatIsTooLong_areWiped() {
      Secret password = TestVault.secret("pw");
      assertThat(Usable.of(List.of(password), () -> Credential.password("u".repeat(257), password)))
          .isEmpty();
      assertThat(password.isClosed()).isTrue();
    }

    /** https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1#read-secret */
    @Test
    void versionOne_isReadToo() {
      vault.on(
          "GET",
          "secret/hosts/orders-db/root",
          200,
          "{\"auth\": null, \"data\": {\"password\": \"v1\"}, \"lease_duration\": 2764800,"
              + " \"lease_id\": \"\", \"renewable\": false}");
      Settings settings = vault.settings().and("kv-version", "1").and("kv-paths", "hosts/{item}/");
      try (VaultProvider provider = vault.provider(settings)) {
        var lent = provider.resolve(vault.resolve("kv:hosts/orders-db/root"));
        assertThat(lent.lease().expiresAt()).isEmpty();
        assertThat(lent.credential().username()).isEqualTo("root");
        assertThat(password(lent)).isEqualTo("v1");
        assertNothingDone(
            () -> provider.rotate(vault.rotate("kv:hosts/orders-db/root", "c", change -> {})),
            Failure.MISCONFIGURED,
            "version 1");
      }
    }
  }

  @Nested
  class Rotate {
    private static final String KEY = "kv:postern/db";
    private static final String CUSTOM = "{\"postern-everyone\": \"true\"}";
    private final KeptSecret kept = new KeptSecret(vault, "postern/db", CUSTOM);

    @Rule("OUT-4")
    @Test
    void rotation_writesTheNewPasswordFirst_andKeepsWhatElseIsThere() {
      kept.holds("{\"username\": \"app\", \"password\": \"old\", \"note\": {\"a\": [1, \"ä\"]}}");
      String[] seen = new String[3];
      try (VaultProvider provider = vault.provider()) {
        provider.rotate(
            vault.rotate(
                KEY,
                "call-1",
                change -> {
                  seen[0] = reveal(change.current());
                  seen[1] = reveal(change.next());
                  seen[2] = kept.data();
                  assertThat(change.username()).isEqualTo("app");
                }));
        assertThat(seen[0]).isEqualTo("old");
        assertThat(seen[2]).contains("\"password\":\"old\"", "\"postern_pending\":\"" + seen[1]);
        assertThat(kept.data())
            .contains("\"password\":\"" + seen[1], "\"note\":{\"a\": [1, \"ä\"]}", "call-1")
            .doesNotContain("postern_pending");
        assertThat(password(provider.resolve(vault.resolve(KEY)))).isEqualTo(seen[1]);

        provider.rotate(
            vault.rotate(
                KEY,
                "call-1",
                change -> {
                  throw new AssertionError("asked twice");
                }));
      }
      assertThat(kept.version()).isEqualTo(4);
    }

    @Rule("OUT-4")
    @Test
    void rotationThatFailedHalfWay_goesOnWithTheSamePassword() {
      kept.holds("{\"username\": \"app\", \"password\": \"old\"}");
      String[] tried = new String[2];
      try (VaultProvider provider = vault.provider()) {
        assertPerhapsDone(
            () ->
                provider.rotate(
                    vault.rotate(
                        KEY,
                        "call-1",
                        change -> {
                          tried[0] = reveal(change.next());
                          throw new IllegalStateException("the endpoint is away");
                        })),
            Failure.UNAVAILABLE,
            "goes on with it");
        assertThat(password(provider.resolve(vault.resolve(KEY)))).isEqualTo("old");
      }
      try (VaultProvider another = vault.provider()) {
        another.rotate(vault.rotate(KEY, "call-1", change -> tried[1] = reveal(change.next())));
        assertThat(tried[1]).isEqualTo(tried[0]);
        assertThat(password(another.resolve(vault.resolve(KEY)))).isEqualTo(tried[0]);
      }
    }

    @Test
    void writerInBetween_isNotOverwritten() {
      kept.holds("{\"username\": \"app\", \"password\": \"old\"}");
      try (VaultProvider provider = vault.provider()) {
        kept.beforeWrite(
            () -> kept.holds("{\"username\": \"app\", \"password\": \"old\", \"added\": \"x\"}"));
        provider.rotate(vault.rotate(KEY, "call-1", change -> {}));
        assertThat(kept.data()).contains("\"added\":\"x\"", "call-1");
      }
    }

    @Rule("OUT-4")
    @Test
    void passwordThatIsNoLongerTheOneToCome_isNotSetAtTheEndpoint() {
      kept.holds("{\"username\": \"app\", \"password\": \"old\"}");
      try (VaultProvider provider = vault.provider()) {
        kept.afterWrite(() -> kept.holds("{\"password\": \"of a later rotation\"}"));
        assertPerhapsDone(
            () ->
                provider.rotate(
                    vault.rotate(
                        KEY,
                        "call-1",
                        change -> {
                          throw new AssertionError("a stale password was set");
                        })),
            Failure.UNAVAILABLE,
            "was replaced in Vault before");
        assertThat(kept.data()).contains("of a later rotation");
      }
    }

    @Test
    void passwordThatAnotherRotationHasFinishedWith_isNotSetAgain() {
      kept.holds("{\"username\": \"app\", \"password\": \"old\"}");
      try (VaultProvider provider = vault.provider()) {
        kept.afterWrite(
            () ->
                kept.holds(
                    kept.data()
                        .replace("\"password\":\"old\"", "\"was\":\"old\"")
                        .replace("postern_pending", "password")));
        provider.rotate(
            vault.rotate(
                KEY,
                "call-1",
                change -> {
                  throw new AssertionError("set twice");
                }));
      }
    }

    @Test
    void secretReplacedMeanwhile_isSaidSo() {
      kept.holds("{\"username\": \"app\", \"password\": \"old\"}");
      try (VaultProvider provider = vault.provider()) {
        assertPerhapsDone(
            () ->
                provider.rotate(
                    vault.rotate(
                        KEY, "call-1", change -> kept.holds("{\"password\": \"by hand\"}"))),
            Failure.UNAVAILABLE,
            "was replaced in Vault");
      }
    }

    @Test
    void whatCannotBeRotated_isSaidBeforeAnythingIsWritten() {
      kept.holds("{\"password\": \"old\"}");
      stored("postern/key", "{\"postern-everyone\": \"true\", \"postern-kind\": \"private-key\"}");
      stored("postern/pin", "{\"postern-everyone\": \"true\", \"postern-version\": \"1\"}");
      try (VaultProvider provider = vault.provider()) {
        assertNothingDone(
            () -> provider.rotate(vault.rotate(KEY, "c", null)),
            Failure.MISCONFIGURED,
            "PasswordChanger");
        assertNothingDone(
            () -> provider.rotate(vault.rotate("kv:postern/key", "c", change -> {})),
            Failure.MISCONFIGURED,
            "only passwords");
        assertNothingDone(
            () -> provider.rotate(vault.rotate("kv:postern/pin", "c", change -> {})),
            Failure.MISCONFIGURED,
            "postern-version");
        assertNothingDone(
            () -> provider.rotate(vault.rotate("kv:elsewhere", "c", change -> {})),
            Failure.NOT_FOUND);
      }
    }
  }
}
