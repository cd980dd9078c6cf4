package io.postern.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.credential.vault.VaultProviderFactory;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.ResolveRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * One secret of a KV engine, read cold each time: by the plug-in; by what somebody writes with
 * HttpURLConnection and Jackson; and by the driver that most take, as its manual has it. The server
 * is in this process, on loopback, and answers at once.
 */
final class VaultRead {
  private static final String TOKEN = "hvs.benchmark";

  private final Options options;
  private final int seconds;
  private final int rounds;
  private final Endpoint endpoint =
      new Endpoint(
          JumpItemId.of("orders-db"),
          "orders-db",
          "ssh",
          "127.0.0.1",
          22,
          Optional.empty(),
          "",
          Map.of());
  private final Person maya = new Site().find(Site.MAYA).orElseThrow();

  VaultRead(Options options) {
    this.options = options;
    this.seconds = options.number("seconds", 3);
    this.rounds = options.number("rounds", 5);
  }

  void run() throws Exception {
    try (KvServer server = new KvServer();
        CredentialProvider plugin = plugin(server.address())) {
      JsonFactory jackson = new JsonFactory();
      URL url = URI.create(server.address() + KvServer.PATH).toURL();
      Vault driver = driver(server.address());
      for (int threads : options.numbers("threads", "1,8")) {
        Rounds contenders =
            new Rounds()
                .with("plug-in", () -> load(threads, () -> resolve(plugin)))
                .with("HttpURLConnection, Jackson", () -> load(threads, () -> plain(url, jackson)))
                .with("vault-java-driver", () -> load(threads, () -> driven(driver)));
        contenders.run(1); // warms all of them up
        contenders.forget().run(rounds).print("vault-read, threads: " + threads);
      }
    }
  }

  private interface Read {
    int one() throws Exception;
  }

  private Sample load(int threads, Read read) throws Exception {
    return Load.run(
        threads,
        seconds,
        () -> {
          if (read.one() != KvServer.PASSWORD.length()) {
            throw new IllegalStateException("read something else");
          }
          return true;
        },
        Load.Rest.NONE,
        Load.Meter.NONE);
  }

  private static CredentialProvider plugin(String address) {
    byte[] token = TOKEN.getBytes(StandardCharsets.US_ASCII);
    return new VaultProviderFactory()
        .create(
            Settings.with("address", address)
                .and("token", Secret.takeFrom(token))
                .and("kv-paths", "postern/"),
            new PluginContext() {
              @Override
              public String instanceName() {
                return "benchmark";
              }

              @Override
              public InstantSource clock() {
                return Clock.systemUTC();
              }
            });
  }

  private int resolve(CredentialProvider plugin) {
    CallContext call =
        new CallContext(
            maya,
            Optional.empty(),
            Optional.of(endpoint.item()),
            "log-on",
            "call",
            Instant.now().plusSeconds(15));
    try (Credential credential =
        plugin.resolve(new ResolveRequest("kv:postern/db", endpoint, call)).credential()) {
      return credential.secrets().get(0).length();
    }
  }

  private static int plain(URL url, JsonFactory jackson) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setRequestProperty("X-Vault-Token", TOKEN);
    try (InputStream body = connection.getInputStream();
        JsonParser parser = jackson.createParser(body)) {
      int length = 0;
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_STRING
            && "password".equals(parser.currentName())) {
          length = parser.getText().length();
        }
      }
      return length;
    }
  }

  private static Vault driver(String address) throws VaultException {
    return Vault.create(new VaultConfig().address(address).token(TOKEN).engineVersion(2).build());
  }

  private static int driven(Vault driver) throws VaultException {
    return driver
        .logical()
        .read("secret/postern/db")
        .getData()
        .getOrDefault("password", "")
        .length();
  }
}
