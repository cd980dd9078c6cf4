package io.postern.samples;

import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import io.postern.tck.CredentialProviderTck;
import io.postern.tck.KitClock;
import io.postern.tck.ProviderUnderTest;
import io.postern.testing.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The plug-in of docs/plugins.md keeps the rules that it is a sample for. */
@Rule("ECM-12")
class MountedSecretsConformanceTest extends CredentialProviderTck {
  @TempDir Path folder;

  @Override
  protected ProviderUnderTest provider(KitClock clock) throws Exception {
    Path own = Files.createDirectories(folder.resolve("secrets/orders-db"));
    Files.writeString(own.resolve("app"), "a-mounted-password");
    return ProviderUnderTest.of(
            new MountedSecretsFactory(),
            Settings.with("folder", own.getParent()),
            endpoint("orders-db"),
            Person.named("maya", "Maya Ito").build())
        .notAt(endpoint("shop-web"))
        .sameForEverybody();
  }

  private static Endpoint endpoint(String item) {
    return new Endpoint(
        JumpItemId.of(item), item, "ssh", item + ".example", 22, Optional.empty(), "", Map.of());
  }
}
