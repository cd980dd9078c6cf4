package io.postern.credential.vault;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.request;
import static com.github.tomakehurst.wiremock.client.WireMock.requestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.RenewsLeases.RenewRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import io.postern.spi.credential.SignsSshCertificates.SignRequest;
import io.postern.testing.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A stand-in for Vault that says what it was told to, and all that is asked of a provider. */
final class TestVault implements AutoCloseable {
  static final String TOKEN = "hvs.CAESIJlU02LQZq";
  static final Person MAYA = Person.named("maya", "Maya").memberOf("dba").build();
  static final Person OMAR = Person.named("omar", "Omar").memberOf("web").build();
  static final Endpoint ORDERS = endpoint("orders-db", "127.0.0.1", "databases", "prod");
  static final Endpoint SHOP = endpoint("shop-web", "127.0.0.2", "web", "test");

  /** https://developer.hashicorp.com/vault/api-docs/auth/token#lookup-a-token-self */
  static final String LOOKUP_SELF =
      """
      {"data": {"accessor": "8609694a-cdbc-db9b-d345-e782dbb562ed",
        "display_name": "ldap2-tesla", "expire_time": null, "explicit_max_ttl": 0,
        "id": "withheld", "policies": ["default", "postern"], "renewable": false, "ttl": 0,
        "type": "service"}}
      """;

  /** https://developer.hashicorp.com/vault/api-docs/system/health#sample-response */
  static final String HEALTHY =
      """
      {"initialized": true, "sealed": false, "standby": false, "performance_standby": false,
       "replication_performance_mode": "disabled", "replication_dr_mode": "disabled",
       "server_time_utc": 1516639589, "version": "1.17.0",
       "cluster_name": "vault-cluster-3bd69ca2",
       "cluster_id": "00af5aa8-c87d-b5fc-e82e-97cd8dfaf731"}
      """;

  final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");
  final WireMockServer server;
  private final Map<String, Function<Request, ResponseDefinition>> live = new ConcurrentHashMap<>();

  /** Whether each request needs a connection of its own from now on. */
  volatile boolean closesConnections;

  /** Answers that depend on what was asked before. */
  private final class Live implements ResponseDefinitionTransformerV2 {
    @Override
    public ResponseDefinition transform(ServeEvent event) {
      Function<Request, ResponseDefinition> answer = live.get(event.getRequest().getUrl());
      ResponseDefinition now =
          answer == null ? event.getResponseDefinition() : answer.apply(event.getRequest());
      return closesConnections ? closing(now) : now;
    }

    /** With its length, which the server leaves out where the connection's end shows it. */
    private static ResponseDefinition closing(ResponseDefinition answer) {
      byte[] body = answer.getByteBody();
      return ResponseDefinitionBuilder.like(answer)
          .withHeader("Connection", "close")
          .withHeader("Content-Length", Integer.toString(body == null ? 0 : body.length))
          .build();
    }

    @Override
    public String getName() {
      return "live";
    }
  }

  TestVault() {
    this(options().dynamicPort());
  }

  TestVault(WireMockConfiguration options) {
    server = new WireMockServer(options.extensions(new Live()));
    server.start();
    always();
  }

  /** As if it were new, for a class that starts one server for all of its tests. */
  TestVault anew() {
    live.clear();
    closesConnections = false;
    server.resetAll();
    always();
    return this;
  }

  private void always() {
    on("GET", "auth/token/lookup-self", 200, LOOKUP_SELF);
    on("GET", "sys/health?perfstandbyok=true&standbyok=true", 200, HEALTHY);
  }

  String address() {
    return "http://127.0.0.1:" + server.port();
  }

  Settings settings() {
    return Settings.with("address", address()).and("token", secret(TOKEN));
  }

  VaultProvider provider() {
    return provider(settings());
  }

  VaultProvider provider(Settings settings) {
    return (VaultProvider) new VaultProviderFactory().create(settings, context(clock));
  }

  static PluginContext context(InstantSource clock) {
    return new PluginContext() {
      @Override
      public String instanceName() {
        return "site-vault";
      }

      @Override
      public InstantSource clock() {
        return clock;
      }
    };
  }

  TestVault on(String method, String path, int status, String body) {
    server.stubFor(stub(method, path, status, body));
    return this;
  }

  static MappingBuilder stub(String method, String path, int status, String body) {
    return request(method, urlEqualTo("/v1/" + path))
        .willReturn(
            aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/json")
                .withBody(body));
  }

  void live(String url, Function<Request, ResponseDefinition> answer) {
    live.put(url, answer);
  }

  /** How often something was asked. */
  int asked(String method, String path) {
    return server.findAll(requestedFor(method, urlEqualTo("/v1/" + path))).size();
  }

  LoggedRequest last(String method, String path) {
    List<LoggedRequest> all = server.findAll(requestedFor(method, urlEqualTo("/v1/" + path)));
    return all.get(all.size() - 1);
  }

  int askedInAll() {
    return server.findAll(requestedFor("GET", anyUrl())).size()
        + server.findAll(requestedFor("POST", anyUrl())).size();
  }

  static Secret secret(String text) {
    return Secret.takeFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  static String reveal(Secret secret) {
    return secret.use(bytes -> StandardCharsets.UTF_8.decode(bytes).toString());
  }

  static String password(Lent lent) {
    try (Credential credential = lent.credential()) {
      return reveal(((Credential.Password) credential).password());
    }
  }

  static Endpoint endpoint(String item, String host, String group, String tag) {
    return new Endpoint(
        JumpItemId.of(item),
        item,
        "ssh",
        host,
        22,
        Optional.of(JumpGroupId.of(group)),
        tag,
        Map.of());
  }

  CallContext call(Person person, String callId) {
    return call(person, callId, Duration.ofSeconds(20));
  }

  CallContext call(Person person, String callId, Duration time) {
    return new CallContext(
        person, Optional.empty(), Optional.empty(), "log-on", callId, clock.instant().plus(time));
  }

  HealthCheck health() {
    return new HealthCheck(clock.instant().plusSeconds(20));
  }

  FindRequest find(Person person, Endpoint endpoint) {
    return new FindRequest(endpoint, "", call(person, "call-find"));
  }

  ResolveRequest resolve(String key) {
    return resolve(MAYA, ORDERS, key, "call-resolve");
  }

  ResolveRequest resolve(Person person, Endpoint endpoint, String key, String callId) {
    return new ResolveRequest(key, endpoint, call(person, callId));
  }

  ReleaseRequest release(String key, String reference, String callId) {
    return new ReleaseRequest(key, reference, call(MAYA, callId));
  }

  CheckOutRequest checkOut(Person person, String key, String callId) {
    return new CheckOutRequest(
        key, ORDERS, clock.instant().plusSeconds(3600), call(person, callId));
  }

  RenewRequest renew(String key, String reference) {
    return new RenewRequest(
        key, reference, clock.instant().plusSeconds(7200), call(MAYA, "call-renew"));
  }

  RotateRequest rotate(String key, String callId, PasswordChanger changer) {
    return new RotateRequest(key, ORDERS, Optional.ofNullable(changer), call(MAYA, callId));
  }

  SignRequest sign(String key, String publicKey) {
    return new SignRequest(
        key, ORDERS, publicKey, clock.instant().plusSeconds(300), call(MAYA, "call-sign"));
  }

  @Override
  public void close() {
    server.stop();
  }
}
