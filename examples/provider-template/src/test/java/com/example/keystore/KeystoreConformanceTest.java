package com.example.keystore;

import io.postern.credential.Secret;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import io.postern.tck.CredentialProviderTck;
import io.postern.tck.KitClock;
import io.postern.tck.ProviderUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

// region conformance
class KeystoreConformanceTest extends CredentialProviderTck {
  @TempDir Path folder;

  @Override
  protected ProviderUnderTest provider(KitClock clock) throws Exception {
    Path file = Files.createTempDirectory(folder, "store").resolve("credentials.p12");
    Path aside = file.resolveSibling("aside");
    TestKeystore.write(
        file,
        "open-sesame-4711".toCharArray(),
        Map.of("orders-db/app", "correct-horse-battery", "orders-db/report", "staple-4711-x"));

    return ProviderUnderTest.of(
            new KeystoreProviderFactory(),
            settings(file, "all"),
            endpoint("orders-db"),
            Person.named("maya", "Maya Lind").build())
        .notAt(endpoint("shop-web"))
        .sameForEverybody()
        .cutBy(() -> move(file, aside), () -> move(aside, file))
        .refusing(settings(Path.of("credentials.p12"), "a/b"), "'file'", "'for-all'");
  }

  private static Settings settings(Path file, String forAll) {
    Secret password = Secret.takeFrom("open-sesame-4711".toCharArray());
    return Settings.with("file", file).and("password", password).and("for-all", forAll);
  }

  private static void move(Path from, Path to) throws Exception {
    if (Files.exists(from)) {
      Files.move(from, to);
    }
  }

  private static Endpoint endpoint(String item) {
    return new Endpoint(
        JumpItemId.of(item), item, "ssh", "db1.example", 22, Optional.empty(), "", Map.of());
  }
}
// endregion
