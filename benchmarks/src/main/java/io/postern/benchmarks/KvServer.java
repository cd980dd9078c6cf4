package io.postern.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers as Vault's KV engine does, with one secret, at once. */
final class KvServer implements AutoCloseable {
  static final String PATH = "/v1/secret/data/postern/db";
  static final String PASSWORD = "correct-horse-battery-st";

  /** https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version */
  private static final byte[] ANSWER =
      """
      {"request_id": "0d5d0a8c", "lease_id": "", "renewable": false, "lease_duration": 0,
       "data": {"data": {"username": "app", "password": "%s"},
        "metadata": {"created_time": "2018-03-22T02:24:06.945319214Z",
         "custom_metadata": {"postern-everyone": "true"}, "deletion_time": "",
         "destroyed": false, "version": 2}},
       "wrap_info": null, "warnings": null, "auth": null}
      """
          .formatted(PASSWORD)
          .getBytes(StandardCharsets.UTF_8);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  KvServer() throws IOException {
    // Else each answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(PATH, exchange -> answer(exchange, ANSWER));
    server.createContext(
        "/v1/auth/token/lookup-self",
        exchange ->
            answer(
                exchange,
                "{\"data\": {\"renewable\": false, \"ttl\": 0, \"policies\": [\"default\"]}}"
                    .getBytes(StandardCharsets.UTF_8)));
    server.setExecutor(threads);
    server.start();
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
