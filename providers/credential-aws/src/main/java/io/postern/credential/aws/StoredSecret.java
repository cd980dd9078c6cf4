package io.postern.credential.aws;

import io.postern.spi.json.Json;
import io.postern.spi.json.JsonException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the service says of a secret without its value. Immutable.
 *
 * @param name its name
 * @param tags its tags
 * @param stages the labels of each version that has any, by version id
 * @param deleted whether it is scheduled for deletion
 * @param rotatesItself whether a rotation function or the service that owns it makes new values
 * @see <a
 *     href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html">AWS
 *     Secrets Manager API Reference: DescribeSecret</a>
 */
record StoredSecret(
    String name,
    Map<String, String> tags,
    Map<String, List<String>> stages,
    boolean deleted,
    boolean rotatesItself) {
  static final String CURRENT = "AWSCURRENT";
  static final String PENDING = "AWSPENDING";
  static final String PREVIOUS = "AWSPREVIOUS";

  /** From an answer of DescribeSecret, or an entry of one of ListSecrets. */
  static StoredSecret of(Json json, String stagesMember) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (Json tag : json.elements("Tags")) {
      tags.put(needed(tag, "Key"), tag.text("Value").orElse(""));
    }
    Map<String, List<String>> stages = new LinkedHashMap<>();
    json.members(stagesMember).forEach((id, labels) -> stages.put(id, texts(labels)));
    return new StoredSecret(
        needed(json, "Name"),
        Map.copyOf(tags),
        Map.copyOf(stages),
        json.at("DeletedDate").isPresent(),
        json.isTrue("RotationEnabled") || !json.text("OwningService").orElse("").isEmpty());
  }

  private static List<String> texts(Json array) {
    return array.elements().stream().flatMap(label -> label.text().stream()).toList();
  }

  private static String needed(Json json, String name) {
    return json.text(name).orElseThrow(() -> new JsonException("no '" + name + "'"));
  }

  /** The version that has a label. */
  Optional<String> version(String stage) {
    return stages.entrySet().stream()
        .filter(version -> version.getValue().contains(stage))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Whether a version was made and has become the current one, or was until a later one did. */
  boolean hasBeenCurrent(String version) {
    List<String> labels = stages.getOrDefault(version, List.of());
    return labels.contains(CURRENT) || labels.contains(PREVIOUS);
  }

  /**
   * The version that a rotation has made and not finished. One that is current as well is finished:
   * the label may stay.
   */
  Optional<String> pending() {
    return version(PENDING).filter(version -> !hasBeenCurrent(version));
  }
}
