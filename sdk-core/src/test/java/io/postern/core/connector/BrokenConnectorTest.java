package io.postern.core.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Refused;
import io.postern.core.plugin.Plugins;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.Connector.OpenRequest;
import io.postern.spi.connector.ConnectorFactory;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.connector.EndpointConnection;
import io.postern.testing.Rule;
import io.postern.testing.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * A connector that breaks its contract where nobody waits for it: its own text is never passed on.
 */
class BrokenConnectorTest {
  private static final Endpoint ENDPOINT =
      new Endpoint(
          JumpItemId.of("orders"), "orders", "mine", "db1", 22, Optional.empty(), "", Map.of());

  private final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");
  private final List<String> closed = new ArrayList<>();

  /** Answers, or fails, as it is told to. */
  private final class Told implements Connector, ConnectorFactory {
    private final String name;
    private Supplier<Set<CredentialKind>> accepts = () -> Set.of(CredentialKind.PASSWORD);
    private Supplier<List<String>> missing = List::of;
    private Runnable onClose = () -> {};

    Told(String name) {
      this.name = name;
    }

    @Override
    public PluginIdentity identity() {
      return PluginIdentity.of(name, "1.0");
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(Setting.secret("key", "what it logs on with"));
    }

    @Override
    public Connector create(Settings settings, PluginContext context) {
      return this;
    }

    @Override
    public Set<CredentialKind> accepts() {
      return accepts.get();
    }

    @Override
    public List<String> missing(Endpoint endpoint) {
      return missing.get();
    }

    @Override
    @SuppressWarnings("NullAway")
    public EndpointConnection open(OpenRequest request) {
      return null;
    }

    @Override
    public void close() {
      closed.add(name);
      onClose.run();
    }
  }

  private ConfiguredConnectors open(List<Secret> secrets, Told... connectors) {
    List<ConnectorConfiguration> configured = new ArrayList<>();
    for (Told one : connectors) {
      Secret key = Secret.takeFrom("key".toCharArray());
      secrets.add(key);
      configured.add(new ConnectorConfiguration("", Settings.with("key", key), Optional.of(one)));
    }
    return ConfiguredConnectors.open(
        configured, Plugins.on(BrokenConnectorTest.class.getClassLoader()), clock);
  }

  private static PosternException broken(Runnable act) {
    PosternException refused = Refused.with(ErrorCode.PLUGIN_FAILED, act::run);
    assertThat(refused)
        .hasMessageContaining("connector 'mine'")
        .hasMessageContaining("tell its vendor")
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
    return refused;
  }

  @Test
  @Rule("ECM-6")
  void whatItThrowsOrForgets_isItsContractBroken() {
    Told told = new Told("mine");
    try (ConfiguredConnectors connectors = open(new ArrayList<>(), told)) {
      Connector connector = connectors.of("mine");
      told.accepts =
          () -> {
            throw new IllegalStateException("s3cret");
          };
      assertThat(broken(connector::accepts)).hasMessageContaining("accepts");
      told.accepts = () -> null;
      assertThat(broken(connector::accepts)).hasMessageContaining("null");
      told.missing =
          () -> {
            throw new NoClassDefFoundError("s3cret");
          };
      assertThat(broken(() -> connector.missing(ENDPOINT))).hasMessageContaining("missing");
      CallContext call =
          new CallContext(
              Person.named("maya", "Maya Ito").build(),
              Optional.empty(),
              Optional.of(JumpItemId.of("orders")),
              "connect",
              "1",
              clock.instant().plusSeconds(60));
      assertThat(broken(() -> connector.open(new OpenRequest(ENDPOINT, null, null, call))))
          .hasMessageContaining("null");
    }
  }

  @Test
  void oneThatFailsToClose_keepsNoOtherOpen_norAnySecret() {
    List<Secret> secrets = new ArrayList<>();
    Told last = new Told("mine");
    last.onClose =
        () -> {
          throw new NoClassDefFoundError("s3cret");
        };
    ConfiguredConnectors connectors = open(secrets, new Told("first"), last);
    assertThat(broken(connectors::close)).hasMessageContaining("close");
    assertThat(closed).containsExactly("mine", "first");
    assertThat(secrets).hasSize(2).allMatch(Secret::isClosed);
  }
}
