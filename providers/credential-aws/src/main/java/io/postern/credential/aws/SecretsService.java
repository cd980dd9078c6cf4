package io.postern.credential.aws;

import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.json.Json;
import io.postern.spi.json.JsonBody;
import io.postern.spi.json.JsonException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Secrets Manager's operations, as far as they are used. What only reads is asked up to three times
 * when it is throttled or does not get through; what changes something is asked once.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html">AWS
 *     Secrets Manager API Reference</a>
 */
final class SecretsService {
  private static final int READS = 3;
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** What a secret can be called; an ARN has colons. */
  private static final Pattern NAME = Pattern.compile("[\\w/+=.@!-]{1,512}");

  /** The most that one page may have. */
  private static final int PAGE = 100;

  private final Wire wire;
  private final Faults faults;
  private final String namePrefix;
  private final int mostSecrets;

  SecretsService(Wire wire, Faults faults, String namePrefix, int mostSecrets) {
    this.wire = wire;
    this.faults = faults;
    this.namePrefix = namePrefix;
    this.mostSecrets = mostSecrets;
  }

  /**
   * Every secret that has a tag of ours and a name that begins as the settings say; all or none.
   */
  List<StoredSecret> list(TimeLimit limit) {
    List<StoredSecret> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    String next = "";
    do {
      Page page = page(PAGE, next, limit);
      all.addAll(page.secrets());
      next = page.next();
      if (all.size() > mostSecrets || (all.size() == mostSecrets && !next.isEmpty())) {
        throw faults.misconfigured(
            faults.place()
                + " has more than "
                + mostSecrets
                + " secrets for Postern; narrow it by setting 'name-prefix', or allow more by"
                + " setting 'max-secrets'",
            "listed=" + all.size());
      }
      if (!next.isEmpty() && !seen.add(next)) {
        throw faults.notUnderstood(
            Operation.LIST, "", new JsonException("the pages go round in a circle"));
      }
    } while (!next.isEmpty());
    return all;
  }

  private record Page(List<StoredSecret> secrets, String next) {
    static Page of(Json json) {
      return new Page(
          json.elements("SecretList").stream()
              .map(entry -> StoredSecret.of(entry, "SecretVersionsToStages"))
              .toList(),
          json.text("NextToken").orElse(""));
    }
  }

  /** Whether secrets can be listed; brings one at most. */
  void probe(TimeLimit limit) {
    page(1, "", limit);
  }

  private Page page(int most, String next, TimeLimit limit) {
    List<Consumer<JsonBody>> filters = new ArrayList<>();
    filters.add(filter -> filter.text("Key", "tag-key").texts("Values", List.of(Terms.PREFIX)));
    if (!namePrefix.isEmpty()) {
      filters.add(filter -> filter.text("Key", "name").texts("Values", List.of(namePrefix)));
    }
    return read(
        Operation.LIST,
        "",
        () -> {
          JsonBody body =
              JsonBody.create()
                  .number("MaxResults", most)
                  .objects("Filters", filters)
                  .bool("IncludePlannedDeletion", false);
          return next.isEmpty() ? body : body.text("NextToken", next);
        },
        answer -> Page.of(answer.json()),
        limit);
  }

  /** What is known of a secret; DENIED or NOT_FOUND where there is none to be known of. */
  StoredSecret describe(String name, TimeLimit limit) {
    if (!NAME.matcher(name).matches()) {
      throw faults.notFound(name, ": no secret can be called so");
    }
    StoredSecret found =
        read(
            Operation.DESCRIBE,
            name,
            () -> JsonBody.create().text("SecretId", name),
            answer -> StoredSecret.of(answer.json(), "VersionIdsToStages"),
            limit);
    // The service takes ARNs and parts of them for names; a key is a name and nothing else.
    if (!found.name().equals(name) || !name.startsWith(namePrefix)) {
      throw faults.notFound(
          name, namePrefix.isEmpty() ? "" : ", or none that begins with '" + namePrefix + "'");
    }
    if (found.deleted()) {
      throw faults.deleted(name);
    }
    return found;
  }

  /** The value under a version stage; the caller closes it. */
  StoredValue value(String name, String stage, TimeLimit limit) {
    return read(
        Operation.GET,
        name,
        () -> JsonBody.create().text("SecretId", name).text("VersionStage", stage),
        answer -> StoredValue.read(answer.json()),
        limit);
  }

  /** The value of one version; the caller closes it. */
  StoredValue valueOf(String name, String version, TimeLimit limit) {
    return read(
        Operation.GET,
        name,
        () -> JsonBody.create().text("SecretId", name).text("VersionId", version),
        answer -> StoredValue.read(answer.json()),
        limit);
  }

  /**
   * Makes a version with the label AWSPENDING, unless there is one with this token already: then
   * that one stays what it is, whatever became of its label.
   */
  void putPending(String name, String token, Secret content, boolean binary, TimeLimit limit) {
    change(
        Operation.PUT,
        name,
        () -> {
          JsonBody body =
              JsonBody.create()
                  .text("SecretId", name)
                  .text("ClientRequestToken", token)
                  .texts("VersionStages", List.of(StoredSecret.PENDING));
          return binary
              ? StoredValue.putBinary(body, content)
              : body.secret("SecretString", content);
        },
        refusal -> refusal.code().equals("ResourceExistsException"),
        limit);
  }

  /** Makes a version the current one; the one before gets AWSPREVIOUS by itself. */
  void makeCurrent(String name, String version, String before, TimeLimit limit) {
    change(
        Operation.MOVE_STAGE,
        name,
        () ->
            JsonBody.create()
                .text("SecretId", name)
                .text("VersionStage", StoredSecret.CURRENT)
                .text("MoveToVersionId", version)
                .text("RemoveFromVersionId", before),
        refusal -> false,
        limit);
  }

  /**
   * Has the rotation function make a version, which gets the token for its id.
   *
   * @param anew whether it is under way already, and to be urged: that the service says so is no
   *     failure then
   */
  void startRotation(String name, String token, boolean anew, TimeLimit limit) {
    change(
        Operation.ROTATE,
        name,
        () ->
            JsonBody.create()
                .text("SecretId", name)
                .text("ClientRequestToken", token)
                .bool("RotateImmediately", true),
        refusal -> anew && refusal.code().equals("InvalidRequestException"),
        limit);
  }

  void pause(Duration pause, TimeLimit limit) {
    wire.pause(pause, limit);
  }

  private void change(
      Operation operation,
      String name,
      Supplier<JsonBody> body,
      Predicate<Refusal> harmless,
      TimeLimit limit) {
    try (Answer answer = wire.exchange(operation, name, body.get(), limit)) {
      if (answer.isSuccess()) {
        understood(operation, name, () -> answer.json().members());
      } else if (!harmless.test(Refusal.of(answer))) {
        throw faults.refused(operation, name, answer);
      }
    }
  }

  private <T> T read(
      Operation operation,
      String name,
      Supplier<JsonBody> body,
      Function<Answer, T> reader,
      TimeLimit limit) {
    for (int tried = 1; ; tried++) {
      try (Answer answer = wire.exchange(operation, name, body.get(), limit)) {
        if (!answer.isSuccess()) {
          throw faults.refused(operation, name, answer);
        }
        return understood(operation, name, () -> reader.apply(answer));
      } catch (ProviderException e) {
        Duration pause = PAUSE.multipliedBy(1L << (2 * tried - 2)).plus(jitter());
        boolean again = e.failure() == Failure.THROTTLED || e.failure() == Failure.UNAVAILABLE;
        if (!again || tried == READS || limit.left().compareTo(pause) <= 0) {
          throw e;
        }
        wire.pause(pause, limit);
      }
    }
  }

  private static Duration jitter() {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(PAUSE.toMillis()));
  }

  private <T> T understood(Operation operation, String name, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (JsonException e) {
      throw faults.notUnderstood(operation, name, e);
    }
  }
}
