package io.postern.connector.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.HostKey;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.Settings;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.Connector.HostKeys;
import io.postern.spi.connector.Connector.OpenRequest;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.connector.ShowsHostKeys;
import io.postern.spi.connector.ShowsHostKeys.ShowHostKeyRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What the tests of this module ask a connector with. */
final class Ssh {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private Ssh() {}

  static Connector connector(Settings settings) {
    return new SshConnectorFactory().create(settings, new Context());
  }

  static Connector connector() {
    return connector(Settings.none());
  }

  static SshConnection open(
      Connector connector, int port, Credential credential, HostKeys hostKeys) {
    return open(connector, "127.0.0.1", port, credential, hostKeys, PATIENCE);
  }

  static SshConnection open(
      Connector connector,
      String host,
      int port,
      Credential credential,
      HostKeys hostKeys,
      Duration limit) {
    return (SshConnection)
        connector.open(new OpenRequest(endpoint(host, port), credential, hostKeys, call(limit)));
  }

  static HostKey showHostKey(Connector connector, int port) {
    return ((ShowsHostKeys) connector)
        .showHostKey(new ShowHostKeyRequest(endpoint("127.0.0.1", port), call(PATIENCE)));
  }

  static Endpoint endpoint(String host, int port) {
    return new Endpoint(
        new JumpItemId("item-1"), "item", "ssh", host, port, Optional.empty(), "", Map.of());
  }

  static CallContext call(Duration limit) {
    return new CallContext(
        Person.named("maya", "Maya").build(),
        Optional.empty(),
        Optional.empty(),
        "log-on",
        "call-1",
        Instant.now().plus(limit));
  }

  /** Trusts whatever is shown. */
  static HostKeys anyKey() {
    return new Keys(List.of(), null);
  }

  static HostKeys only(HostKey... enrolled) {
    return new Keys(List.of(enrolled), null);
  }

  static HostKeys refusing(PosternException refusal) {
    return new Keys(List.of(), refusal);
  }

  static Secret secret(String text) {
    return Secret.takeFrom(text.getBytes(UTF_8));
  }

  /** Waits until {@code condition} holds, for things that tell nobody when they happen. */
  static void await(BooleanSupplier condition, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not come true within " + limit);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  record Keys(List<HostKey> enrolled, PosternException refusal) implements HostKeys {
    @Override
    public void verify(HostKey shown) {
      if (refusal != null) {
        throw refusal;
      }
      if (!enrolled.isEmpty() && !enrolled.contains(shown)) {
        throw new PosternException(
            io.postern.ErrorCode.HOST_KEY_CHANGED, "enrolled " + enrolled + ", shown " + shown);
      }
    }
  }

  record Context() implements PluginContext {
    @Override
    public String instanceName() {
      return "test";
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }
  }
}
