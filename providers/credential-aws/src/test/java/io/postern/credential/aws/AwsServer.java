package io.postern.credential.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.common.Json;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A Secrets Manager on WireMock, which keeps what it is told and counts what is done to it. It
 * answers as the API reference says, member by member:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
final class AwsServer implements AutoCloseable {
  /** One version of a secret. */
  static final class Version {
    final String id;
    final String member;
    final String value;
    final Set<String> labels = new LinkedHashSet<>();

    Version(String id, String member, String value) {
      this.id = id;
      this.member = member;
      this.value = value;
    }
  }

  /** A secret. */
  final class Held {
    final String name;
    final Map<String, String> tags = new TreeMap<>();
    final Map<String, Version> versions = new LinkedHashMap<>();
    boolean deleted;
    boolean rotationEnabled;

    /** What is answered when its value is asked for, instead of that; nothing when empty. */
    String insteadOfValue = "";

    /** With which status. */
    int status = 200;

    /** How long it takes until its value is answered. */
    int valueTakesMillis;

    /** After how many descriptions a rotation that was started is through; never when negative. */
    int rotationTakes;

    private Held(String name) {
      this.name = name;
    }

    Held tag(String key, String value) {
      tags.put("postern:" + key, value);
      return this;
    }

    Version version(String id, String member, String value, String... labels) {
      Version made = new Version(id, member, value);
      for (String label : labels) {
        attach(made, label);
      }
      versions.put(id, made);
      return made;
    }

    Version labelled(String label) {
      return versions.values().stream()
          .filter(version -> version.labels.contains(label))
          .findFirst()
          .orElse(null);
    }

    String current() {
      return labelled("AWSCURRENT").value;
    }

    private void attach(Version to, String label) {
      versions.values().forEach(version -> version.labels.remove(label));
      to.labels.add(label);
    }

    void makeCurrent(Version to) {
      Version before = labelled("AWSCURRENT");
      attach(to, "AWSCURRENT");
      if (before != null && before != to) {
        attach(before, "AWSPREVIOUS");
      }
    }

    private Map<String, Object> describe(String stages) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("ARN", arn());
      json.put("Name", name);
      json.put("CreatedDate", 1.523477145713E9);
      json.put("LastAccessedDate", null);
      json.put("RotationEnabled", rotationEnabled);
      if (deleted) {
        json.put("DeletedDate", 1.524085349095E9);
      }
      List<Object> list = new ArrayList<>();
      tags.forEach((key, value) -> list.add(Map.of("Key", key, "Value", value)));
      json.put("Tags", list);
      Map<String, Object> labelled = new LinkedHashMap<>();
      versions.values().stream()
          .filter(version -> !version.labels.isEmpty())
          .forEach(version -> labelled.put(version.id, List.copyOf(version.labels)));
      json.put(stages, labelled);
      return json;
    }

    private String arn() {
      return "arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + name + "-a1b2c3";
    }
  }

  private final WireMockServer server;
  private final Map<String, Held> secrets = new LinkedHashMap<>();
  private final Map<String, Deque<ResponseDefinition>> instead = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final List<Map<String, String>> headers = new ArrayList<>();
  private volatile boolean closesConnections;
  private int made;
  private Runnable afterPut = () -> {};

  AwsServer() {
    server =
        new WireMockServer(
            wireMockConfig()
                .dynamicPort()
                .bindAddress("127.0.0.1")
                .http2PlainDisabled(true)
                .containerThreads(40)
                .disableRequestJournal()
                .extensions(new Answers()));
    server.stubFor(any(anyUrl()).willReturn(ok()));
    server.start();
  }

  /** As if it were new, for a class that starts one server for all of its tests. */
  synchronized AwsServer anew() {
    secrets.clear();
    instead.clear();
    forgetCalls();
    headers.clear();
    closesConnections = false;
    afterPut = () -> {};
    return this;
  }

  int port() {
    return server.port();
  }

  String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  WireMockServer wireMock() {
    return server;
  }

  /** A secret with a text as its current value. */
  synchronized Held hold(String name, String value) {
    Held held = new Held(name);
    held.version("v" + ++made, "SecretString", value, "AWSCURRENT");
    secrets.put(name, held);
    return held;
  }

  /** What somebody else does when the next new value was stored. */
  synchronized void afterPut(Runnable something) {
    afterPut = something;
  }

  /** From now on each request needs a connection of its own. */
  void closesConnections() {
    closesConnections = true;
  }

  synchronized void forget(String name) {
    secrets.remove(name);
  }

  /** The next call of an operation is answered so, once; the service does nothing. */
  synchronized AwsServer answers(String operation, int status, String body) {
    instead
        .computeIfAbsent(operation, any -> new ArrayDeque<>())
        .add(
            ResponseDefinitionBuilder.responseDefinition()
                .withStatus(status)
                .withHeader("Content-Type", "application/x-amz-json-1.1")
                .withHeader("x-amzn-RequestId", "11a2b3c4")
                .withBody(body)
                .build());
    return this;
  }

  /** The next {@code times} calls of an operation are refused. */
  AwsServer refuses(String operation, int times, int status, String code, String message) {
    for (int i = 0; i < times; i++) {
      answers(operation, status, "{\"__type\":\"" + code + "\",\"Message\":\"" + message + "\"}");
    }
    return this;
  }

  /** Also assumes roles. */
  void assumesRole() {
    server.stubFor(any(anyUrl()).willReturn(assumedRole()));
  }

  /**
   * The example of the API reference:
   * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
   */
  static ResponseDefinitionBuilder assumedRole() {
    Instant end = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
    return ok("""
            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleResult>
                <AssumedRoleUser>
                  <Arn>arn:aws:sts::123456789012:assumed-role/postern/postern-site-aws</Arn>
                  <AssumedRoleId>ARO123EXAMPLE123:postern-site-aws</AssumedRoleId>
                </AssumedRoleUser>
                <Credentials>
                  <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
                  <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey>
                  <SessionToken>AQoDYXdzEPT//////////wEXAMPLE</SessionToken>
                  <Expiration>%s</Expiration>
                </Credentials>
              </AssumeRoleResult>
              <ResponseMetadata>
                <RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId>
              </ResponseMetadata>
            </AssumeRoleResponse>
            """
            .formatted(end))
        .withHeader("Content-Type", "text/xml");
  }

  /** Every operation that was asked for, in order. */
  synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  /** Every change that was made, in order. */
  synchronized List<String> done() {
    return List.copyOf(done);
  }

  synchronized void forgetCalls() {
    asked.clear();
    done.clear();
  }

  synchronized Map<String, String> lastHeaders() {
    return headers.get(headers.size() - 1);
  }

  @Override
  public void close() {
    server.stop();
  }

  private final class Answers implements ResponseDefinitionTransformerV2 {
    @Override
    public String getName() {
      return "secrets-manager";
    }

    @Override
    public ResponseDefinition transform(ServeEvent event) {
      Request request = event.getRequest();
      String target = request.getHeader("X-Amz-Target");
      if (target == null) {
        return event.getResponseDefinition(); // STS, which tests stub themselves.
      }
      ResponseDefinition answer = serve(request, target.substring(target.indexOf('.') + 1));
      return closesConnections
          ? ResponseDefinitionBuilder.like(answer)
              .withHeader("Connection", "close")
              .withHeader("Content-Length", Integer.toString(answer.getByteBody().length))
              .build()
          : answer;
    }
  }

  private synchronized ResponseDefinition serve(Request request, String operation) {
    asked.add(operation);
    Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    request.getAllHeaderKeys().forEach(key -> sent.put(key, request.getHeader(key)));
    headers.add(sent);
    Deque<ResponseDefinition> prepared = instead.getOrDefault(operation, new ArrayDeque<>());
    if (!prepared.isEmpty()) {
      return prepared.poll();
    }
    Map<?, ?> body = Json.read(request.getBodyAsString(), Map.class);
    try {
      ResponseDefinition answer = reply(200, answer(operation, body));
      Held held = secrets.get(String.valueOf(body.get("SecretId")));
      return held != null && operation.equals("GetSecretValue") ? spoilt(held, answer) : answer;
    } catch (Refused e) {
      return reply(400, Map.of("__type", e.code, "Message", e.getMessage()));
    }
  }

  private static ResponseDefinition spoilt(Held held, ResponseDefinition answer) {
    ResponseDefinitionBuilder builder =
        ResponseDefinitionBuilder.like(answer).withFixedDelay(held.valueTakesMillis);
    return held.insteadOfValue.isEmpty()
        ? builder.build()
        : builder.withStatus(held.status).withBody(held.insteadOfValue).build();
  }

  private static ResponseDefinition reply(int status, Map<String, ?> body) {
    return ResponseDefinitionBuilder.responseDefinition()
        .withStatus(status)
        .withHeader("Content-Type", "application/x-amz-json-1.1")
        .withHeader("x-amzn-RequestId", "11a2b3c4")
        .withBody(Json.write(body))
        .build();
  }

  private Map<String, ?> answer(String operation, Map<?, ?> body) {
    if (operation.equals("ListSecrets")) {
      return list(body);
    }
    Held held = secrets.get(String.valueOf(body.get("SecretId")));
    if (held == null) {
      throw new Refused(
          "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }
    if (held.deleted && !operation.equals("DescribeSecret")) {
      throw new Refused(
          "InvalidRequestException",
          "You can't perform this operation on the secret because it was marked for deletion.");
    }
    return switch (operation) {
      case "DescribeSecret" -> {
        step(held);
        yield held.describe("VersionIdsToStages");
      }
      case "GetSecretValue" -> value(held, body);
      case "PutSecretValue" -> put(held, body);
      case "UpdateSecretVersionStage" -> move(held, body);
      case "RotateSecret" -> rotate(held, body);
      default -> throw new Refused("UnknownOperationException", operation);
    };
  }

  private Map<String, ?> list(Map<?, ?> body) {
    String tagKey = "";
    String name = "";
    for (Object one : (List<?>) body.get("Filters")) {
      Map<?, ?> filter = (Map<?, ?>) one;
      String value = String.valueOf(((List<?>) filter.get("Values")).get(0));
      if (filter.get("Key").equals("tag-key")) {
        tagKey = value;
      } else {
        name = value;
      }
    }
    String wantedTag = tagKey;
    String wantedName = name;
    List<Held> all =
        secrets.values().stream()
            .filter(held -> !held.deleted && held.name.startsWith(wantedName))
            .filter(held -> held.tags.keySet().stream().anyMatch(key -> key.startsWith(wantedTag)))
            .toList();
    int from =
        body.containsKey("NextToken") ? Integer.parseInt(body.get("NextToken").toString()) : 0;
    int to = Math.min(all.size(), from + Integer.parseInt(body.get("MaxResults").toString()));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(
        "SecretList",
        all.subList(from, to).stream()
            .map(held -> held.describe("SecretVersionsToStages"))
            .toList());
    if (to < all.size()) {
      json.put("NextToken", Integer.toString(to));
    }
    return json;
  }

  private static Map<String, ?> value(Held held, Map<?, ?> body) {
    Object id = body.get("VersionId");
    Object stage = body.containsKey("VersionStage") ? body.get("VersionStage") : "AWSCURRENT";
    Version version =
        id == null ? held.labelled(stage.toString()) : held.versions.get(id.toString());
    if (version == null) {
      throw new Refused(
          "ResourceNotFoundException",
          "Secrets Manager can't find the specified secret value for staging label: " + stage);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ARN", held.arn());
    json.put("CreatedDate", 1.523477145713E9);
    json.put("Name", held.name);
    json.put(version.member, version.value);
    json.put("VersionId", version.id);
    json.put("VersionStages", List.copyOf(version.labels));
    return json;
  }

  private Map<String, ?> put(Held held, Map<?, ?> body) {
    String token = body.get("ClientRequestToken").toString();
    String member = body.containsKey("SecretString") ? "SecretString" : "SecretBinary";
    String value = body.get(member).toString();
    Version there = held.versions.get(token);
    if (there != null && !there.value.equals(value)) {
      throw new Refused("ResourceExistsException", "A version with this token already exists");
    }
    if (there == null) {
      done.add("put");
      held.version(token, member, value, "AWSPENDING");
      Runnable then = afterPut;
      afterPut = () -> {};
      then.run();
    }
    return Map.of("ARN", held.arn(), "Name", held.name, "VersionId", token);
  }

  private Map<String, ?> move(Held held, Map<?, ?> body) {
    Version to = held.versions.get(body.get("MoveToVersionId").toString());
    Version current = held.labelled("AWSCURRENT");
    if (to == null || !current.id.equals(body.get("RemoveFromVersionId"))) {
      throw new Refused(
          "InvalidParameterException",
          "The parameter RemoveFromVersionId is not the version that has AWSCURRENT");
    }
    done.add("move");
    held.makeCurrent(to);
    return Map.of("ARN", held.arn(), "Name", held.name);
  }

  private Map<String, ?> rotate(Held held, Map<?, ?> body) {
    String token = body.get("ClientRequestToken").toString();
    Version pending = held.labelled("AWSPENDING");
    if (pending != null && !pending.labels.contains("AWSCURRENT")) {
      throw new Refused(
          "InvalidRequestException",
          "A previous rotation isn't complete. That rotation will be reattempted.");
    }
    if (!held.versions.containsKey(token)) {
      done.add("rotate");
      held.version(token, "SecretString", "{\"password\":\"made-by-function\"}", "AWSPENDING");
    }
    return Map.of("ARN", held.arn(), "Name", held.name, "VersionId", token);
  }

  /** The rotation function gets on. */
  private static void step(Held held) {
    Version pending = held.labelled("AWSPENDING");
    if (held.rotationEnabled && pending != null && held.rotationTakes-- == 0) {
      pending.labels.remove("AWSPENDING");
      held.makeCurrent(pending);
    }
  }

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String code;

    Refused(String code, String message) {
      super(message);
      this.code = code;
    }
  }
}
