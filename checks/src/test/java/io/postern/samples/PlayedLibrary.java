package io.postern.samples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Vault with one LDAP library of two accounts, as its API's documentation has it, which can lose
 * the answer to a check-out.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/ldap#library-set-management"
 */
final class PlayedLibrary implements AutoCloseable {
  private static final Pattern LEASE = Pattern.compile("\"lease_id\":\"([^\"]+)\"");

  private final HttpServer server;
  private final ExecutorService threads;

  /** Who has which account, by lease. */
  private final Map<String, String> out = new LinkedHashMap<>();

  private int leases;
  private boolean losesAnswers;

  private PlayedLibrary(HttpServer server) {
    this.server = server;
    threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "played-library");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/v1/", this::answer);
    server.start();
  }

  static PlayedLibrary open() throws IOException {
    return new PlayedLibrary(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  synchronized int out() {
    return out.size();
  }

  synchronized void losesAnswers(boolean loses) {
    losesAnswers = loses;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String path = exchange.getRequestURI().getPath().substring("/v1/".length());
      Matcher lease = LEASE.matcher(body);
      String known = lease.find() ? lease.group(1) : "";
      switch (path) {
        case "sys/health" ->
            say(exchange, 200, "{\"initialized\": true, \"sealed\": false, \"standby\": false}");
        case "auth/token/lookup-self" ->
            say(exchange, 200, "{\"data\": {\"ttl\": 0, \"renewable\": false}}");
        case "ldap/library/dba" ->
            say(exchange, 200, "{\"data\": {\"service_account_names\": [\"fizz\", \"buzz\"]}}");
        case "ldap/library/dba/check-out" -> checkOut(exchange);
        case "sys/leases/lookup" -> {
          if (lives(known)) {
            say(exchange, 200, "{\"data\": {\"ttl\": 3600}}");
          } else {
            say(exchange, 400, "{\"errors\": [\"invalid lease\"]}");
          }
        }
        case "sys/leases/revoke" -> {
          if (ends(known)) {
            say(exchange, 204, "");
          } else {
            say(exchange, 400, "{\"errors\": [\"invalid lease\"]}");
          }
        }
        default -> say(exchange, 404, "{\"errors\": []}");
      }
    }
  }

  private synchronized boolean lives(String lease) {
    return out.containsKey(lease);
  }

  private synchronized boolean ends(String lease) {
    return out.remove(lease) != null;
  }

  private synchronized void checkOut(HttpExchange exchange) throws IOException {
    List<String> free = new ArrayList<>(List.of("fizz", "buzz"));
    free.removeAll(out.values());
    if (free.isEmpty()) {
      say(exchange, 400, "{\"errors\": [\"No service accounts available for check-out.\"]}");
      return;
    }
    String lease = "ldap/library/dba/check-out/" + ++leases;
    out.put(lease, free.get(0));
    if (!losesAnswers) {
      say(
          exchange,
          200,
          """
          {"lease_id": "%s", "renewable": true, "lease_duration": 3600,
           "data": {"password": "password-%d", "service_account_name": "%s"}}
          """
              .formatted(lease, leases, free.get(0)));
    }
  }

  private static void say(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
