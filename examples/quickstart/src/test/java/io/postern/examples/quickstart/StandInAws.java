package io.postern.examples.quickstart;

import com.sun.net.httpserver.HttpExchange;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Secrets Manager that keeps what it is told, in binary, and answers as the API reference says.
 * It signs nothing and checks no signature.
 *
 * @see "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html"
 */
final class StandInAws extends StandIn {
  private record Version(String value, Set<String> stages) {}

  private record Held(JsonValue tags, Map<String, Version> versions) {}

  private final Map<String, Held> secrets = new LinkedHashMap<>();
  private final Set<String> passwords = new LinkedHashSet<>();

  StandInAws() throws IOException {}

  synchronized Set<String> left() {
    return Set.copyOf(secrets.keySet());
  }

  /** Every text that was the password of a current version, in order. */
  synchronized List<String> passwords() {
    return List.copyOf(passwords);
  }

  @Override
  String contentType() {
    return "application/x-amz-json-1.1";
  }

  @Override
  String what(HttpExchange exchange) {
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    return target.substring(target.indexOf('.') + 1);
  }

  @Override
  synchronized Reply answer(HttpExchange exchange, String what, JsonObject body) {
    if (what.equals("CreateSecret")) {
      return create(body);
    }
    if (what.equals("ListSecrets")) {
      return list(body);
    }
    String name = body.getString("SecretId", "");
    Held held = secrets.get(name);
    if (what.equals("DeleteSecret")) {
      secrets.remove(name);
      return new Reply(200, named(name));
    }
    if (held == null) {
      return Reply.of(
          400,
          "{\"__type\": \"ResourceNotFoundException\","
              + " \"Message\": \"Secrets Manager can't find the specified secret.\"}");
    }
    return switch (what) {
      case "DescribeSecret" -> new Reply(200, described(name, held, "VersionIdsToStages"));
      case "GetSecretValue" -> value(name, held, body);
      case "PutSecretValue" -> put(name, held, body);
      case "UpdateSecretVersionStage" -> move(name, held, body);
      default -> Reply.of(400, "{\"__type\": \"UnknownOperationException\"}");
    };
  }

  private Reply create(JsonObject body) {
    String name = body.getString("Name", "");
    Held held = new Held(body.get("Tags"), new LinkedHashMap<>());
    secrets.put(name, held);
    String id = body.getString("ClientRequestToken", "");
    held.versions.put(id, new Version(body.getString("SecretBinary", ""), stages("AWSCURRENT")));
    notePassword(held);
    return new Reply(200, named(name).add("VersionId", id));
  }

  private Reply list(JsonObject body) {
    String prefix = "";
    for (JsonValue filter : body.get("Filters").asArray()) {
      if (filter.asObject().getString("Key", "").equals("name")) {
        prefix = filter.asObject().get("Values").asArray().get(0).asString();
      }
    }
    JsonArray found = new JsonArray();
    for (Map.Entry<String, Held> one : secrets.entrySet()) {
      if (one.getKey().startsWith(prefix)) {
        found.add(described(one.getKey(), one.getValue(), "SecretVersionsToStages"));
      }
    }
    return new Reply(200, new JsonObject().add("SecretList", found));
  }

  private Reply value(String name, Held held, JsonObject body) {
    String stage = body.getString("VersionStage", "AWSCURRENT");
    String id = body.getString("VersionId", "");
    for (Map.Entry<String, Version> one : held.versions.entrySet()) {
      if (id.isEmpty() ? one.getValue().stages.contains(stage) : one.getKey().equals(id)) {
        return new Reply(
            200,
            named(name)
                .add("VersionId", one.getKey())
                .add("SecretBinary", one.getValue().value)
                .add("VersionStages", array(one.getValue().stages)));
      }
    }
    return Reply.of(
        400, "{\"__type\": \"ResourceNotFoundException\", \"Message\": \"no version\"}");
  }

  private Reply put(String name, Held held, JsonObject body) {
    String id = body.getString("ClientRequestToken", "");
    List<String> stages = new ArrayList<>();
    body.get("VersionStages").asArray().forEach(stage -> stages.add(stage.asString()));
    held.versions.put(
        id, new Version(body.getString("SecretBinary", ""), stages(stages.toArray(String[]::new))));
    return new Reply(200, named(name).add("VersionId", id));
  }

  private Reply move(String name, Held held, JsonObject body) {
    String stage = body.getString("VersionStage", "");
    Version from = held.versions.get(body.getString("RemoveFromVersionId", ""));
    Version to = held.versions.get(body.getString("MoveToVersionId", ""));
    if (to == null || from == null || !from.stages.remove(stage)) {
      return Reply.of(400, "{\"__type\": \"InvalidParameterException\", \"Message\": \"stage\"}");
    }
    to.stages.add(stage);
    from.stages.add("AWSPREVIOUS");
    notePassword(held);
    return new Reply(200, named(name));
  }

  private void notePassword(Held held) {
    for (Version version : held.versions.values()) {
      if (version.stages.contains("AWSCURRENT")) {
        byte[] json = Base64.getDecoder().decode(version.value);
        passwords.add(
            Json.parse(new String(json, StandardCharsets.UTF_8))
                .asObject()
                .getString("password", ""));
      }
    }
  }

  private static JsonObject described(String name, Held held, String stages) {
    JsonObject versions = new JsonObject();
    held.versions.forEach((id, version) -> versions.add(id, array(version.stages)));
    return named(name).add("Tags", held.tags).add("RotationEnabled", false).add(stages, versions);
  }

  private static JsonObject named(String name) {
    return new JsonObject()
        .add("ARN", "arn:aws:secretsmanager:us-east-1:123456789012:secret:" + name + "-a1b2c3")
        .add("Name", name);
  }

  private static Set<String> stages(String... stages) {
    return new LinkedHashSet<>(List.of(stages));
  }

  private static JsonArray array(Set<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }
}
