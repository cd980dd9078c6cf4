package io.postern.credential.aws;

import io.postern.person.Person;
import io.postern.spi.Settings;
import io.postern.tck.CredentialProviderTck;
import io.postern.tck.KitClock;
import io.postern.tck.ProviderUnderTest;
import io.postern.testing.Fault;
import io.postern.testing.FaultProxy;
import io.postern.testing.Rule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** AWS Secrets Manager keeps the rules that every credential provider keeps. */
@Rule("ECM-12")
class AwsConformanceTest extends CredentialProviderTck {
  private static final Person NOOR = Person.named("noor", "Noor").memberOf("dba").build();

  /** One for all: threads that a server of its own had would be taken for the provider's. */
  private static AwsServer server;

  @BeforeAll
  static void start() {
    server = new AwsServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected ProviderUnderTest provider(KitClock clock) {
    server.anew();
    hold(server, "prod/app", "{\"username\":\"app\",\"password\":\"correct-horse-battery\"}");
    hold(server, "prod/key", "-----BEGIN some private key-----").tag("kind", "private-key");
    hold(server, "prod/token", "{\"token\":\"tr0ub4dor-and-3\"}").tag("kind", "token");
    FaultProxy proxy = FaultProxy.before(server.port());
    return ProviderUnderTest.of(new AwsProviderFactory(), settings(proxy), Aws.ORDERS, Aws.MAYA)
        .notAt(Aws.SHOP)
        .notFor(Aws.OMAR)
        .alsoFor(NOOR)
        .cutBy(() -> proxy.fault(Fault.REFUSE), () -> proxy.fault(Fault.NONE))
        .hungBy(() -> proxy.fault(Fault.SWALLOW_ANSWER))
        .answersLostBy(() -> proxy.fault(Fault.RESET_AFTER_REQUEST))
        .outstanding(() -> 0)
        .rotating("prod/app")
        .refusing(
            settings(proxy)
                .and("profile", "both")
                .and("region", "nowhere")
                .and("external-id", "alone"),
            "profile",
            "region",
            "external-id")
        .afterwards(proxy::close);
  }

  private static AwsServer.Held hold(AwsServer server, String name, String value) {
    return server.hold(name, value).tag("item", "orders-db").tag("members-of", "dba");
  }

  private static Settings settings(FaultProxy proxy) {
    return Aws.settings("http://127.0.0.1:" + proxy.port()).and("read-timeout", "PT1S");
  }
}
