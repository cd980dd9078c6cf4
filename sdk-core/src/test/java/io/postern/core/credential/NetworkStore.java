package io.postern.core.credential;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;

/**
 * A store of secrets behind HTTP that keeps a ledger of who holds what: the oracle of the tests
 * with a broken network. A path is {@code /act/key/call id}; the account {@code root} is exclusive.
 */
final class NetworkStore implements AutoCloseable {
  /** Every request that came this far, such as {@code resolve db 01J…}. */
  final List<String> arrived = new CopyOnWriteArrayList<>();

  /** What is lent, by call id. */
  final Map<String, String> lent = new ConcurrentHashMap<>();

  /** Who has an account, by key. */
  final Map<String, String> held = new ConcurrentHashMap<>();

  /** What was rotated, by call id. */
  final Map<String, String> rotated = new ConcurrentHashMap<>();

  /** What should never have happened. */
  final List<String> violations = new CopyOnWriteArrayList<>();

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "network-store");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpServer server;

  NetworkStore() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  long arrivals(String act) {
    return arrived.stream().filter(one -> one.startsWith(act + " ")).count();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    String act = path[1];
    String key = path[2];
    String call = path[3];
    arrived.add(act + " " + key + " " + call);
    String answer = answer(act, key, call);
    byte[] body = (answer.isEmpty() ? "done" : answer).getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(body);
    exchange.getResponseHeaders().set("X-Sum", Long.toString(sum.getValue()));
    exchange.sendResponseHeaders(answer.equals("taken") ? 409 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private synchronized String answer(String act, String key, String call) {
    switch (act) {
      case "resolve" -> {
        if (lent.putIfAbsent(call, key) != null) {
          violations.add("lent twice " + call);
        }
        return "secret-of-" + key;
      }
      case "check-out" -> {
        String holder = held.putIfAbsent(key, call);
        if (holder != null) {
          violations.add(
              holder.equals(call) ? "checked out twice " + call : "taken from " + holder);
          return "taken";
        }
        return "secret-of-" + key;
      }
      case "release" -> lent.remove(call);
      case "check-in" -> held.remove(key, call);
      case "renew" -> {
        if (!lent.containsKey(call)) {
          violations.add("renewed what is not lent " + call);
        }
      }
      case "rotate" -> {
        if (lent.containsValue(key) || held.containsKey(key)) {
          violations.add("rotated while lent " + key);
        }
        rotated.put(call, key);
      }
      case "find" -> {
        return "db root";
      }
      case "health" -> {
        return "here";
      }
      default -> violations.add("unknown " + act);
    }
    return "";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
