package io.postern.credential.vault;

import io.postern.credential.Secret;
import io.postern.credential.vault.Json.Malformed;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What Vault said. Closing wipes it; what was read of it before stays good. */
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

  /** Takes the answer over. */
  static Answer of(WireAnswer wire) throws Malformed {
    try {
      return new Answer(wire, wire.content().size() == 0 ? null : Json.parse(wire.body()));
    } catch (Malformed e) {
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

  /** The value below these names; empty when there is none. */
  Optional<Json> at(String... path) {
    return json == null ? Optional.empty() : json.at(path);
  }

  /** A text that is no secret; an empty one when there is none. */
  String text(String... path) {
    return at(path).map(Json::text).orElse("");
  }

  long number(String... path) {
    return at(path).map(Json::number).orElse(0L);
  }

  boolean isTrue(String... path) {
    return at(path).map(Json::isTrue).orElse(false);
  }

  /** A string that is a secret; empty when there is none, or an empty one. */
  Optional<Secret> secret(String... path) {
    return at(path).flatMap(Answer::secret);
  }

  static Optional<Secret> secret(Json value) {
    if (value.kind() != Json.Kind.STRING) {
      return Optional.empty();
    }
    try (Bytes content = JsonString.decode(value)) {
      return content.size() == 0
          ? Optional.empty()
          : Optional.of(Secret.takeFrom(content.written()));
    } catch (Malformed e) {
      throw new IllegalStateException("was checked when it was read", e);
    }
  }

  /** Whether one of the errors that Vault names holds these words. */
  boolean says(String words) {
    return at("errors").stream()
        .flatMap(errors -> errors.elements().stream())
        .anyMatch(error -> holds(error, words));
  }

  /** In any case of letters, and without a text of it: errors have held secrets before. */
  private static boolean holds(Json error, String words) {
    if (error.kind() != Json.Kind.STRING) {
      return false;
    }
    try (Bytes content = JsonString.decode(error)) {
      ByteBuffer bytes = content.written();
      for (int from = 0; from + words.length() <= bytes.limit(); from++) {
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
    } catch (Malformed e) {
      throw new IllegalStateException("was checked when it was read", e);
    }
  }

  /** Whether Vault names any error; it names none where simply nothing is there. */
  boolean namesErrors() {
    return at("errors").map(errors -> !errors.elements().isEmpty()).orElse(false);
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
