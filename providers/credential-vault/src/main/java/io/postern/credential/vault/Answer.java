package io.postern.credential.vault;

import io.postern.credential.Secret;
import io.postern.spi.json.Json;
import io.postern.spi.json.JsonException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What Vault said. Closing wipes it; what was read of it before stays good. What is of another kind
 * than is asked for counts as not there.
 */
final class Answer implements AutoCloseable {
  /**
   * What of Vault's own words may go into a log: nothing that could repeat input or a secret. Vault
   * and OpenBao have both leaked secrets in error texts before.
   */
  private static final List<String> KNOWN_WORDS =
      List.of(
          "permission denied",
          "invalid token",
          "bad token",
          "missing client token",
          "lease not found",
          "invalid lease",
          "lease expired",
          "lease is not renewable",
          "vault is sealed",
          "not initialized",
          "check-and-set parameter",
          "no handler for route",
          "unsupported path",
          "unsupported operation",
          "unknown role",
          "could not be found",
          "no service accounts available",
          "rate limit",
          "lease count",
          "quota",
          "wrapping token is not valid",
          "namespace not found",
          "connection refused",
          "dial tcp",
          "context deadline exceeded");

  private final WireAnswer wire;
  private final @Nullable Json json;

  private Answer(WireAnswer wire, @Nullable Json json) {
    this.wire = wire;
    this.json = json;
  }

  /**
   * Takes the answer over.
   *
   * @throws JsonException when it is none, though it says that all is well
   */
  static Answer of(WireAnswer wire) {
    try {
      return new Answer(wire, wire.content().size() == 0 ? null : Json.parse(wire.body()));
    } catch (JsonException e) {
      if (wire.status() / 100 == 2) {
        wire.close();
        throw e;
      }
      // A proxy's own page: the status says enough.
      return new Answer(wire, null);
    }
  }

  int status() {
    return wire.status();
  }

  WireAnswer wire() {
    return wire;
  }

  private <T> T read(Function<Json, T> reading, T none) {
    try {
      return json == null ? none : reading.apply(json);
    } catch (JsonException e) {
      return none;
    }
  }

  /** The value below these names; empty when there is none. */
  Optional<Json> at(String... path) {
    return read(all -> all.at(path), Optional.empty());
  }

  /** What an object holds, by name; nothing when there is none. */
  Map<String, Json> members(String... path) {
    return read(all -> all.members(path), Map.of());
  }

  private List<Json> elements(String... path) {
    return read(all -> all.elements(path), List.of());
  }

  /** A text that is no secret; an empty one when there is none. */
  String text(String... path) {
    return read(all -> all.text(path).orElse(""), "");
  }

  long number(String... path) {
    return read(all -> all.number(path).orElse(0), 0L);
  }

  boolean isTrue(String... path) {
    return read(all -> all.isTrue(path), false);
  }

  /** A string that is a secret; empty when there is none, or an empty one. */
  Optional<Secret> secret(String... path) {
    return read(all -> all.secret(path), Optional.empty());
  }

  /** Whether one of the errors that Vault names holds these words. */
  boolean says(String words) {
    return elements("errors").stream().anyMatch(error -> holds(error, words));
  }

  /** In any case of letters, and without a text of it: errors have held secrets before. */
  private static boolean holds(Json error, String words) {
    if (error.kind() != Json.Kind.STRING) {
      return false;
    }
    ByteBuffer bytes = error.raw(); // as it is written will do: no escapes are in what is known
    for (int from = bytes.position(); from + words.length() <= bytes.limit(); from++) {
      int same = 0;
      while (same < words.length()
          && Character.toLowerCase((char) bytes.get(from + same)) == words.charAt(same)) {
        same++;
      }
      if (same == words.length()) {
        return true;
      }
    }
    return false;
  }

  /** Whether Vault names any error; it names none where simply nothing is there. */
  boolean namesErrors() {
    return !elements("errors").isEmpty();
  }

  /** For a log: the status, and what is known among the words. */
  String inWords() {
    List<String> known = KNOWN_WORDS.stream().filter(this::says).toList();
    String more = namesErrors() && known.isEmpty() ? " words=(withheld)" : "";
    return "status=" + status() + (known.isEmpty() ? more : " words=" + known);
  }

  @Override
  public void close() {
    wire.close();
  }

  @Override
  public String toString() {
    return "HTTP " + status();
  }
}
