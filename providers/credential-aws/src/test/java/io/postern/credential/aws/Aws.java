package io.postern.credential.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Who and what tests ask for, and how. Deadlines are real: the network does not know a clock. */
final class Aws {
  static final Person MAYA = Person.named("maya", "Maya").memberOf("dba").build();
  static final Person OMAR = Person.named("omar", "Omar").memberOf("web").build();
  static final Endpoint ORDERS = endpoint("orders-db", "db1.example", "databases", "prod", "ssh");
  static final Endpoint SHOP = endpoint("shop-web", "web1.example", "web", "test", "http");
  static final InstantSource CLOCK = InstantSource.system();
  static final Duration TIME = Duration.ofSeconds(20);

  private Aws() {}

  static Endpoint endpoint(String item, String host, String group, String tag, String method) {
    return new Endpoint(
        JumpItemId.of(item),
        item,
        method,
        host,
        22,
        Optional.of(JumpGroupId.of(group)),
        tag,
        Map.of());
  }

  static Secret secret(String text) {
    return Secret.takeFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  static String reveal(Secret secret) {
    return secret.use(bytes -> StandardCharsets.UTF_8.decode(bytes).toString());
  }

  static Settings settings(String endpoint) {
    return Settings.with("region", "eu-central-1")
        .and("endpoint", endpoint)
        .and("access-key-id", "AKIDEXAMPLEAKIDEXAMP")
        .and("secret-access-key", secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
        .and("rotation-poll", "PT0.02S");
  }

  static AwsProvider provider(AwsServer server) {
    return provider(settings(server.endpoint()));
  }

  static AwsProvider provider(Settings settings) {
    return (AwsProvider) new AwsProviderFactory().create(settings, context());
  }

  static PluginContext context() {
    return new PluginContext() {
      @Override
      public String instanceName() {
        return "site-aws";
      }

      @Override
      public InstantSource clock() {
        return CLOCK;
      }
    };
  }

  static CallContext call(Person person, String callId, Duration time) {
    return new CallContext(
        person, Optional.empty(), Optional.empty(), "log-on", callId, CLOCK.instant().plus(time));
  }

  static List<FoundCredential> find(AwsProvider provider, Person person, Endpoint endpoint) {
    return provider.find(find(person, endpoint, ""));
  }

  static FindRequest find(Person person, Endpoint endpoint, String search) {
    return new FindRequest(endpoint, search, call(person, "call-find", TIME));
  }

  static ResolveRequest resolve(Person person, Endpoint endpoint, String key) {
    return new ResolveRequest(key, endpoint, call(person, "call-resolve", TIME));
  }

  static ReleaseRequest release(String key) {
    return new ReleaseRequest(key, "", call(MAYA, "call-resolve", TIME));
  }

  static RotateRequest rotate(String key, String callId, PasswordChanger changer) {
    return rotate(key, callId, changer, TIME);
  }

  static RotateRequest rotate(String key, String callId, PasswordChanger changer, Duration time) {
    return new RotateRequest(key, ORDERS, Optional.ofNullable(changer), call(MAYA, callId, time));
  }

  /** The password that Maya gets at the orders database. */
  static String password(AwsProvider provider, String key) {
    try (Credential credential = provider.resolve(resolve(MAYA, ORDERS, key)).credential()) {
      return reveal(((Credential.Password) credential).password());
    }
  }

  static ProviderException assertFails(ThrowingCallable call, Failure failure, String... texts) {
    ProviderException thrown = catchThrowableOfType(ProviderException.class, call);
    assertThat(thrown).as("a failure of the closed set").isNotNull();
    assertThat(thrown.failure()).as(thrown.getMessage()).isEqualTo(failure);
    assertThat(List.of(texts)).allSatisfy(text -> assertThat(thrown).hasMessageContaining(text));
    assertThat(thrown.logText()).isNotBlank();
    return thrown;
  }

  static ProviderException assertNothingDone(
      ThrowingCallable call, Failure failure, String... texts) {
    ProviderException thrown = assertFails(call, failure, texts);
    assertThat(thrown.isWithoutEffect()).as("known to have done nothing").isTrue();
    return thrown;
  }

  static ProviderException assertPerhapsDone(
      ThrowingCallable call, Failure failure, String... texts) {
    ProviderException thrown = assertFails(call, failure, texts);
    assertThat(thrown.isWithoutEffect()).as("perhaps done").isFalse();
    return thrown;
  }
}
