package io.postern.proofs.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Vault with one dynamic role, or a Secrets Manager with one secret, that counts what it lends.
 * Answers as the documentation of their APIs gives them.
 */
final class PlayedStore implements AutoCloseable {
  static final String PASSWORD = "password-of-the-store";
  private static final Pattern LEASE = Pattern.compile("\"lease_id\":\"([^\"]+)\"");
  private static final Map<String, String> VAULT =
      Map.of(
          "/v1/auth/token/lookup-self", "{\"data\": {\"renewable\": false, \"ttl\": 0}}",
          "/v1/sys/health", "{\"initialized\": true, \"sealed\": false, \"standby\": false}",
          "/v1/database/roles/ro",
              "{\"data\": {\"credential_type\": \"password\", \"default_ttl\": 600}}");
  private static final String SECRET =
      "{\"ARN\": \"arn:aws:secretsmanager:eu-central-1:123456789012:secret:one-a1b2c3\","
          + " \"Name\": \"one\", \"Tags\": [{\"Key\": \"postern:site\", \"Value\": \"true\"}],"
          + " \"%s\": {\"v1\": [\"AWSCURRENT\"]}}";

  final Set<String> leases = ConcurrentHashMap.newKeySet();

  /** How often a secret was asked for. */
  final AtomicInteger asked = new AtomicInteger();

  private final HttpServer server;

  PlayedStore() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/", exchange -> answer(exchange, vault(exchange)));
    server.createContext("/", exchange -> answer(exchange, aws(exchange)));
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private String vault(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/v1/database/creds/ro")) {
      String lease = "database/creds/ro/" + asked.incrementAndGet();
      leases.add(lease);
      return ("{\"lease_id\": \"%s\", \"renewable\": true, \"lease_duration\": 600,"
              + " \"data\": {\"username\": \"app\", \"password\": \"%s\"}}")
          .formatted(lease, PASSWORD);
    }
    if (path.equals("/v1/sys/leases/revoke")) {
      Matcher lease = LEASE.matcher(body);
      return lease.find() && leases.remove(lease.group(1)) ? "{}" : "";
    }
    return VAULT.getOrDefault(path, "");
  }

  private String aws(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    return switch (target.substring(target.indexOf('.') + 1)) {
      case "ListSecrets" ->
          "{\"SecretList\": [%s]}".formatted(SECRET.formatted("SecretVersionsToStages"));
      case "DescribeSecret" -> SECRET.formatted("VersionIdsToStages");
      case "GetSecretValue" -> {
        asked.incrementAndGet();
        yield "{\"Name\": \"one\", \"VersionId\": \"v1\", \"SecretString\": \"" + PASSWORD + "\"}";
      }
      default -> "";
    };
  }

  /** What is not there, or has ended, is 400: both APIs say so. */
  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] body = (json.isEmpty() ? "{\"errors\": [\"invalid lease\"]}" : json).getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(json.isEmpty() ? 400 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
