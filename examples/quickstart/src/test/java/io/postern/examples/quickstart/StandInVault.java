package io.postern.examples.quickstart;

import com.sun.net.httpserver.HttpExchange;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A Vault with one key-value engine, version 2, at {@code secret}, which keeps what it is told. It
 * answers as the API's documentation says.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2"
 * @see "https://developer.hashicorp.com/vault/api-docs/auth/token#lookup-a-token-self"
 */
final class StandInVault extends StandIn {
  static final String TOKEN = "hvs.CAESIJlU02LQZq";
  private static final String HELD_SINCE = "2026-11-22T09:00:00.123456789Z";

  private static final class Held {
    private JsonValue custom = Json.NULL;
    private final List<JsonObject> versions = new ArrayList<>();
  }

  private final Map<String, Held> secrets = new TreeMap<>();
  private final Set<String> passwords = new LinkedHashSet<>();

  StandInVault() throws IOException {}

  /** The secrets that are there, also those of which only metadata are left. */
  synchronized Set<String> left() {
    return Set.copyOf(secrets.keySet());
  }

  /** Every text that was the password of a secret, in order. */
  synchronized List<String> passwords() {
    return List.copyOf(passwords);
  }

  @Override
  String what(HttpExchange exchange) {
    String uri = exchange.getRequestURI().toString();
    return (uri.endsWith("?list=true") ? "LIST" : exchange.getRequestMethod())
        + " "
        + uri.replaceFirst("\\?.*", "").replaceFirst("/v1/", "");
  }

  @Override
  synchronized Reply answer(HttpExchange exchange, String what, JsonObject body) {
    if (what.startsWith("GET sys/health")) {
      return Reply.of(200, "{\"initialized\": true, \"sealed\": false, \"standby\": false}");
    }
    if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))) {
      return Reply.of(403, "{\"errors\": [\"permission denied\"]}");
    }
    if (what.equals("GET auth/token/lookup-self")) {
      return Reply.of(
          200, "{\"data\": {\"policies\": [\"root\"], \"renewable\": false, \"ttl\": 0}}");
    }
    String[] parts = what.split("[ /]", 4); // method, mount, data or metadata, path
    if (parts.length < 4 || !parts[1].equals("secret")) {
      return Reply.of(404, "{\"errors\": [\"no handler for route\"]}");
    }
    return parts[2].equals("data")
        ? data(parts[0], parts[3], body)
        : metadata(parts[0], parts[3], body);
  }

  private Reply data(String method, String path, JsonObject body) {
    Held held = secrets.get(path);
    if (method.equals("GET")) {
      return held == null || held.versions.isEmpty()
          ? Reply.of(404, "{\"errors\": []}")
          : new Reply(
              200,
              new JsonObject()
                  .add(
                      "data",
                      new JsonObject()
                          .add("data", held.versions.get(held.versions.size() - 1))
                          .add("metadata", version(held))));
    }
    if (method.equals("DELETE")) {
      return Reply.of(204);
    }
    held = secrets.computeIfAbsent(path, any -> new Held());
    JsonValue options = body.get("options");
    if (options != null && options.asObject().getInt("cas", -1) != held.versions.size()) {
      return Reply.of(
          400, "{\"errors\": [\"check-and-set parameter did not match the current version\"]}");
    }
    JsonObject data = body.get("data").asObject();
    passwords.add(data.getString("password", ""));
    held.versions.add(data);
    return new Reply(200, new JsonObject().add("data", version(held)));
  }

  private static JsonObject version(Held held) {
    return new JsonObject()
        .add("created_time", HELD_SINCE)
        .add("custom_metadata", held.custom)
        .add("deletion_time", "")
        .add("destroyed", false)
        .add("version", held.versions.size());
  }

  private Reply metadata(String method, String path, JsonObject body) {
    if (method.equals("LIST")) {
      String folder = path.endsWith("/") ? path : path + "/";
      JsonArray keys = new JsonArray();
      Set<String> names = new LinkedHashSet<>();
      secrets.keySet().stream()
          .filter(name -> name.startsWith(folder))
          .map(name -> name.substring(folder.length()).replaceFirst("/.*", "/"))
          .forEach(names::add);
      names.forEach(keys::add);
      return names.isEmpty()
          ? Reply.of(404, "{\"errors\": []}")
          : new Reply(200, new JsonObject().add("data", new JsonObject().add("keys", keys)));
    }
    if (method.equals("DELETE")) {
      secrets.remove(path);
      return Reply.of(204);
    }
    if (method.equals("POST") || method.equals("PUT")) {
      secrets.computeIfAbsent(path, any -> new Held()).custom = body.get("custom_metadata");
      return Reply.of(204);
    }
    Held held = secrets.get(path);
    if (held == null) {
      return Reply.of(404, "{\"errors\": []}");
    }
    JsonObject versions = new JsonObject();
    for (int i = 1; i <= held.versions.size(); i++) {
      versions.add(
          Integer.toString(i),
          new JsonObject()
              .add("created_time", HELD_SINCE)
              .add("deletion_time", "")
              .add("destroyed", false));
    }
    return new Reply(
        200,
        new JsonObject()
            .add(
                "data",
                new JsonObject()
                    .add("current_version", held.versions.size())
                    .add("custom_metadata", held.custom)
                    .add("versions", versions)));
  }
}
