package io.postern.tck;

import io.postern.credential.Secret;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The kit with a provider in memory, good or broken, and every line that can be said of one. */
class MemoryConformance extends CredentialProviderTck {
  static final String TOKEN = "log-on-token-0815";

  /** The plug-in; a broken one in subclasses. */
  MemoryFactory factory(MemoryStore store) {
    return new MemoryFactory(store);
  }

  /** Whether rules are looked at that need real time. */
  boolean takesItsTime() {
    return true;
  }

  @Override
  protected ProviderUnderTest provider(KitClock clock) {
    MemoryStore store = new MemoryStore();
    ProviderUnderTest under =
        ProviderUnderTest.of(
                factory(store),
                settings("main", "postern"),
                endpoint("orders-db"),
                Person.named("maya", "Maya Lind").memberOf("dba").build())
            .notAt(endpoint("shop-web"))
            .notFor(Person.named("omar", "Omar Aziz").memberOf("web").build())
            .cutBy(store::cut, store::mend)
            .answersLostBy(store::loseAnswers)
            .outstanding(store::outstanding)
            .rotating("app")
            .refusing(settings("no realm", "no user"), "realm", "user")
            .patience(Duration.ofSeconds(4));
    under.underWay = Duration.ofMillis(100);
    return takesItsTime() ? under.hungBy(store::hang) : under;
  }

  private static Settings settings(String realm, String user) {
    return Settings.with("realm", realm)
        .and("user", user)
        .and("token", Secret.takeFrom(TOKEN.getBytes(StandardCharsets.UTF_8)));
  }

  private static Endpoint endpoint(String item) {
    return new Endpoint(
        JumpItemId.of(item),
        item,
        "ssh",
        item + ".example",
        22,
        Optional.of(JumpGroupId.of("databases")),
        "",
        Map.of());
  }
}
