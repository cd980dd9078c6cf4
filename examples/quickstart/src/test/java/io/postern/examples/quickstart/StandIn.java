package io.postern.examples.quickstart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server on this machine that speaks JSON, one request at a time, and remembers what it was
 * asked.
 */
abstract class StandIn implements AutoCloseable {
  private final HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Optional<Refusal> refusal = Optional.empty();

  private record Refusal(String asked, Reply reply) {}

  /** What is answered; no body when the object is empty. */
  record Reply(int status, JsonObject body) {
    static Reply of(int status) {
      return new Reply(status, new JsonObject());
    }

    static Reply of(int status, String json) {
      return new Reply(status, Json.parse(json).asObject());
    }
  }

  StandIn() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::serve);
    server.start();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      JsonObject body = sent.isEmpty() ? new JsonObject() : Json.parse(sent).asObject();
      String what = what(exchange);
      asked.add(what);
      Reply reply =
          refusal
              .filter(one -> what.startsWith(one.asked()))
              .map(Refusal::reply)
              .orElseGet(() -> answer(exchange, what, body));
      byte[] json = reply.body().toString().getBytes(StandardCharsets.UTF_8);
      boolean empty = reply.body().isEmpty();
      exchange.getResponseHeaders().set("Content-Type", contentType());
      exchange.sendResponseHeaders(reply.status(), empty ? -1 : json.length);
      if (!empty) {
        exchange.getResponseBody().write(json);
      }
    }
  }

  /** What is asked, in words. */
  abstract String what(HttpExchange exchange);

  abstract Reply answer(HttpExchange exchange, String what, JsonObject body);

  String contentType() {
    return "application/json";
  }

  /** From now on whatever begins so is answered so. */
  void refuses(String what, int status, String json) {
    refusal = Optional.of(new Refusal(what, Reply.of(status, json)));
  }

  List<String> asked() {
    return List.copyOf(asked);
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
