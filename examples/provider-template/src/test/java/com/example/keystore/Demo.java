package com.example.keystore;

import io.postern.credential.Secret;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** What a host does with the plug-in, step by step, with a key store that is gone afterwards. */
public final class Demo {
  private Demo() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Path file = Files.createTempFile("demo", ".p12");
    try {
      TestKeystore.write(
          file,
          "a-demo-password".toCharArray(),
          Map.of("orders-db/app", "correct-horse", "shop-web/www", "battery-staple"));
      play(file);
    } finally {
      Files.delete(file);
    }
  }

  private static void play(Path file) {
    CredentialProviderFactory factory =
        ServiceLoader.load(CredentialProviderFactory.class, Demo.class.getClassLoader())
            .findFirst()
            .orElseThrow();
    say("found by ServiceLoader: " + factory.identity());
    say("what it knows: " + factory.settings());
    Settings wrong = Settings.with("file", "a.p12").and("pasword", "x").and("for-all", "a/b");
    say("wrong settings: " + wrong.faults(factory.settings()));
    say("and of those together: " + factory.validate(wrong));

    Secret password = Secret.takeFrom("a-demo-password".toCharArray());
    Settings settings = Settings.with("file", file).and("password", password);
    try (CredentialProvider provider = factory.create(settings, context())) {
      say("health: " + provider.health(new HealthCheck(clock().instant().plusSeconds(5))));
      Endpoint orders =
          new Endpoint(
              JumpItemId.of("orders-db"),
              "orders-db",
              "ssh",
              "db1",
              22,
              Optional.empty(),
              "",
              Map.of());
      for (FoundCredential found : provider.find(new FindRequest(orders, "", call()))) {
        say("fits orders-db: " + found + ", matched by " + found.precedence());
        Lent lent = provider.resolve(new ResolveRequest(found.key(), orders, call()));
        say("lent: " + lent.credential());
        lent.credential().close();
        provider.release(new ReleaseRequest(found.key(), lent.lease().reference(), call()));
      }
    } finally {
      settings.closeSecrets();
    }
  }

  private static CallContext call() {
    return new CallContext(
        Person.named("maya", "Maya Lind").build(),
        Optional.empty(),
        Optional.empty(),
        "demo",
        "call-1",
        clock().instant().plusSeconds(5));
  }

  private static InstantSource clock() {
    return Clock.systemUTC();
  }

  private static PluginContext context() {
    return new PluginContext() {
      @Override
      public String instanceName() {
        return "demo";
      }

      @Override
      public InstantSource clock() {
        return Demo.clock();
      }
    };
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
