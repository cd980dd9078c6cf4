package io.postern.credential.vault;

import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.ORDERS;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.JumpItemId;
import io.postern.spi.CallContext;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import io.postern.testing.SettableClock;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process that has secrets from Vault in every way, closes them, and lets its memory be looked
 * at. Arguments: address, authority, path of a heap dump, and whether to leak on purpose. Its
 * secret id comes by standard input.
 */
final class LeakChild {
  private static final List<Object> KEPT = new ArrayList<>();
  private static final SettableClock CLOCK = SettableClock.at("2026-11-22T09:00:00Z");

  private LeakChild() {}

  public static void main(String[] arguments) throws Exception {
    boolean leaks = arguments[3].equals("leak");
    try (Secret secretId = read()) {
      for (int round = 0; round < 2; round++) {
        Settings settings =
            Settings.with("address", arguments[0])
                .and("log-on", "approle")
                .and("role-id", "role")
                .and("secret-id", secretId)
                .and("kv-paths", "postern/")
                .and("ssh-otp-roles", "otp as app for everyone")
                .and("database-roles", "ro for everyone; broken for everyone");
        if (arguments[0].startsWith("https")) {
          settings = settings.and("ca-file", arguments[1]);
        }
        try (VaultProvider provider =
            (VaultProvider) new VaultProviderFactory().create(settings, TestVault.context(CLOCK))) {
          for (int i = 0; i < 60; i++) {
            use(provider, leaks);
            KEPT.add(new byte[1_000]); // Something to move for the collector.
            if (i % 20 == 0) {
              System.gc();
            }
          }
        }
      }
    }
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(arguments[2], false);
    System.out.println("through");
    Thread.currentThread().join(); // Until the parent has looked around.
  }

  private static void use(VaultProvider provider, boolean leaks) {
    System.out.println(provider.find(new FindRequest(ORDERS, "", call())));
    for (String key :
        new String[] {
          "kv:postern/db",
          "kv:postern/key",
          "database:ro",
          "ssh-otp:otp:app",
          "database:broken",
          "kv:postern/cut",
          "kv:postern/failing"
        }) {
      try {
        Lent lent = provider.resolve(new ResolveRequest(key, ORDERS, call()));
        System.out.println(lent);
        if (leaks && lent.credential() instanceof Credential.Password one) {
          KEPT.add(one.password().use(b -> StandardCharsets.UTF_8.decode(b).toString()));
        }
        lent.credential().close();
        provider.release(new ReleaseRequest(key, lent.lease().reference(), call()));
      } catch (ProviderException e) {
        System.out.println(e + " " + e.logText());
        KEPT.add(e);
      }
    }
    provider.rotate(
        new RotateRequest("kv:postern/kept", ORDERS, Optional.of(change -> {}), call()));
    CLOCK.advance(Duration.ofSeconds(30));
  }

  private static CallContext call() {
    return new CallContext(
        MAYA,
        Optional.empty(),
        Optional.of(JumpItemId.of("orders-db")),
        "log-on",
        "call-" + KEPT.size() + CLOCK.instant(),
        CLOCK.instant().plusSeconds(20));
  }

  /** Past every buffer of the heap. */
  @SuppressWarnings("resource") // Standard input is not ours to close.
  private static Secret read() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(200);
    FileChannel in = new FileInputStream(FileDescriptor.in).getChannel();
    while (in.read(bytes) >= 0) {
      // Until the end.
    }
    return Secret.takeFrom(bytes.flip());
  }
}
