package io.postern.credential.vault;

import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.response.LogicalResponse;
import io.postern.credential.Candidate.Precedence;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Secrets that Vault only keeps, in versions 1 and 2 of its key-value engine. What is offered to
 * whom stands in entries and, with version 2, in the custom metadata of a secret, which is read
 * without reading the secret.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2"
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1"
 */
final class KvEngine implements Engine {
  private final KvSettings settings;
  private final Entries entries;
  private final Vault vault;
  private final Driver driver;
  private final KvRotation rotation;
  private final InstantSource clock;

  KvEngine(KvSettings settings, Entries entries, Vault vault, Driver driver, InstantSource clock) {
    this.settings = settings;
    this.entries = entries;
    this.vault = vault;
    this.driver = driver;
    this.clock = clock;
    rotation = new KvRotation(settings, vault);
  }

  @Override
  public String prefix() {
    return "kv";
  }

  @Override
  public void find(Place place, TimeLimit limit, Consumer<FoundCredential> found) {
    Listing listing = new Listing(settings, vault, driver, limit);
    Map<String, FoundCredential> closest = new HashMap<>();
    for (Entry entry : entries.all()) {
      Optional<String> name = entry.name(place.endpoint(), place.person());
      if (name.isPresent()) {
        for (String path : listing.paths(name.get())) {
          candidate(path, entry, place, limit)
              .ifPresent(
                  one ->
                      closest.merge(
                          one.key(),
                          one,
                          (a, b) -> a.precedence().compareTo(b.precedence()) <= 0 ? a : b));
        }
      }
    }
    closest.values().forEach(found);
  }

  private Optional<FoundCredential> candidate(
      String path, Entry entry, Place place, TimeLimit limit) {
    Map<String, String> metadata = Map.of();
    if (settings.versioned()) {
      LogicalResponse response =
          driver.read(settings.metadata(path), "looking at secret '" + path + "'", limit);
      if (!Driver.isThere(response) || isDeleted(response)) {
        return Optional.empty();
      }
      metadata = custom(response);
    }
    Conditions conditions = Conditions.of(metadata);
    boolean offered =
        (entry.saysForWhom() || !conditions.isEmpty())
            && conditions.fit(place.endpoint(), place.person());
    if (!offered || key(path).length() > 200) {
      return Optional.empty();
    }
    requireNoSlip(key(path), metadata);
    Precedence precedence = entry.precedence();
    if (conditions.precedence().compareTo(precedence) < 0) {
      precedence = conditions.precedence();
    }
    String user = KvFields.user(metadata, entry.user(place.endpoint(), place.person()), path);
    FoundCredential one = FoundCredential.of(key(path), user, settings.kind(metadata), precedence);
    String label = metadata.getOrDefault("postern-label", "");
    return Optional.of(
        label.isBlank() ? one : one.labelled(label.substring(0, Math.min(500, label.length()))));
  }

  /** A version that is to be deleted later ({@code delete_version_after}) is there until then. */
  private boolean isDeleted(LogicalResponse response) {
    JsonObject data = response.getDataObject();
    JsonValue versions = data.get("versions");
    JsonValue current = data.get("current_version");
    if (versions == null || !versions.isObject() || current == null) {
      return false;
    }
    @Nullable JsonValue version = versions.asObject().get(current.toString());
    return version == null
        || version.asObject().getBoolean("destroyed", false)
        || isPast(version.asObject().getString("deletion_time", ""));
  }

  private boolean isPast(String time) {
    try {
      return !time.isEmpty() && !Instant.parse(time).isAfter(clock.instant());
    } catch (DateTimeParseException e) {
      return true;
    }
  }

  private static Map<String, String> custom(LogicalResponse response) {
    Map<String, String> custom = new HashMap<>();
    JsonValue given = response.getDataObject().get("custom_metadata");
    if (given != null && given.isObject()) {
      for (JsonObject.Member member : given.asObject()) {
        if (member.getValue().isString()) {
          custom.put(member.getName(), member.getValue().asString());
        }
      }
    }
    return custom;
  }

  /** Secret and custom metadata come in one answer, so that both are of one moment. */
  @Override
  public Lent resolve(String path, Place place, TimeLimit limit) {
    String key = key(path);
    Entry entry = entries.requireReaching(key, path, place, vault.faults());
    try (Answer answer = read(path, "", limit)) {
      Map<String, String> metadata = KvFields.custom(answer);
      requireFit(key, entry, metadata, place);
      Optional<String> user = entry.user(place.endpoint(), place.person());
      KvFields fields = new KvFields(settings, key, path, metadata, user, vault.faults());
      String pinned = metadata.getOrDefault("postern-version", "");
      if (pinned.isEmpty()
          || pinned.equals(Long.toString(answer.number("data", "metadata", "version")))) {
        return new Lent(fields.credential(answer), LeaseTerms.unlimited());
      }
      if (!pinned.matches("[1-9]\\d{0,8}")) {
        throw vault
            .faults()
            .misconfigured(
                "the metadata 'postern-version' of credential '" + key + "' is no number",
                "path=" + path);
      }
      try (Answer older = read(path, "version=" + pinned, limit)) {
        return new Lent(fields.credential(older), LeaseTerms.unlimited());
      }
    }
  }

  private Answer read(String path, String query, TimeLimit limit) {
    String key = key(path);
    Ask ask = Ask.reading(settings.data(path), "reading credential '" + key + "'").tolerating(404);
    Answer answer = vault.ask(query.isEmpty() ? ask : ask.with(query), limit);
    if (answer.status() != 404) {
      return answer;
    }
    try (answer) {
      if (answer.namesErrors()) {
        throw vault.faults().refused(ask, answer);
      }
      boolean deleted = answer.at("data", "metadata").isPresent();
      throw deleted
          ? vault
              .faults()
              .of(
                  Failure.NOT_FOUND,
                  true,
                  "the wanted version of credential '" + key + "' was deleted or destroyed",
                  "path=" + path,
                  null)
          : vault.faults().notFound(key);
    }
  }

  private void requireFit(String key, Entry entry, Map<String, String> metadata, Place place) {
    Conditions conditions = Conditions.of(metadata);
    if ((!entry.saysForWhom() && conditions.isEmpty())
        || !conditions.fit(place.endpoint(), place.person())) {
      throw Entries.misfit(key, place, vault.faults());
    }
    requireNoSlip(key, metadata);
  }

  /** Asked of those only whom the rest lets in, so that nobody else is hindered. */
  private void requireNoSlip(String key, Map<String, String> metadata) {
    List<String> slips = Conditions.slips(metadata);
    if (!slips.isEmpty()) {
      throw vault
          .faults()
          .misconfigured(
              "credential '"
                  + key
                  + "' cannot be used: of its metadata "
                  + String.join("; ", slips),
              "key=" + key);
    }
  }

  @Override
  public void rotate(String path, RotateRequest request, Place place, TimeLimit limit) {
    entries.requireKnown(key(path), path, place, vault.faults());
    Optional<String> user =
        entries
            .reaching(path, place)
            .flatMap(entry -> entry.user(place.endpoint(), place.person()));
    rotation.rotate(path, user, request, limit);
  }
}
