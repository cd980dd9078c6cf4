package io.postern.credential.aws;

import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.credential.aws.JsonScanner.JsonException;
import io.postern.credential.aws.JsonScanner.Span;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is in a value: a JSON object with members by the names below, or the secret itself. Holds
 * secrets; whoever makes one closes it.
 */
final class Shape implements AutoCloseable {
  /** What a member can be, and what it is called; the first name is the one we write of. */
  private enum Part {
    USERNAME("username", "user", ""),
    PASSWORD("password", "", ""),
    PRIVATE_KEY("private_key", "privateKey", "private-key"),
    PASSPHRASE("passphrase", "", ""),
    CERTIFICATE("certificate", "", ""),
    TOKEN("token", "api_key", "apiKey");

    private final String usual;
    private final String second;
    private final String third;

    Part(String usual, String second, String third) {
      this.usual = usual;
      this.second = second;
      this.third = third;
    }

    /** Compares bytes: what only looks like JSON may be a secret as a whole. */
    static Optional<Part> named(JsonScanner scanner, Span name) {
      if (name.from() == name.to()) {
        return Optional.empty();
      }
      for (Part part : values()) {
        if (scanner.is(name, part.usual)
            || scanner.is(name, part.second)
            || scanner.is(name, part.third)) {
          return Optional.of(part);
        }
      }
      return Optional.empty();
    }

    static Part of(CredentialKind kind) {
      return switch (kind) {
        case PASSWORD -> PASSWORD;
        case PRIVATE_KEY, CERTIFICATE -> PRIVATE_KEY;
        case TOKEN -> TOKEN;
      };
    }
  }

  private final Map<Part, Secret> secrets = new EnumMap<>(Part.class);
  private final Map<Part, String> texts = new EnumMap<>(Part.class);

  /** Where the password stands in the JSON; null when it is no JSON or has none. */
  private @Nullable Span password;

  private boolean json;

  private Shape() {}

  /**
   * Reads a value.
   *
   * @param plain whether the whole value is the secret, whatever it looks like
   * @throws JsonException when it begins like JSON and is none
   */
  static Shape of(Secret content, CredentialKind kind, boolean plain) {
    Shape shape = new Shape();
    try {
      return content.use(
          bytes -> {
            JsonScanner scanner = new JsonScanner(bytes);
            if (plain || scanner.peek() != '{') {
              shape.secrets.put(Part.of(kind), copy(bytes));
            } else {
              shape.json = true;
              shape.read(scanner);
            }
            return shape;
          });
    } catch (RuntimeException e) {
      shape.close();
      throw e;
    }
  }

  private void read(JsonScanner scanner) {
    scanner.expect('{');
    for (boolean first = true; scanner.more(first, '}'); first = false) {
      Optional<Part> part = Part.named(scanner, scanner.name());
      if (part.isEmpty()) {
        scanner.skip();
        continue;
      }
      if (scanner.peek() != '"') {
        throw scanner.fault("member '" + part.get().usual + "' is no text");
      }
      if (secrets.containsKey(part.get()) || texts.containsKey(part.get())) {
        throw scanner.fault("member '" + part.get().usual + "' occurs twice");
      }
      Span value = scanner.string();
      if (part.get() == Part.PASSWORD) {
        password = value;
      }
      if (part.get() == Part.USERNAME || part.get() == Part.CERTIFICATE) {
        texts.put(part.get(), JsonObject.text(scanner, value));
      } else {
        secrets.put(part.get(), Secret.takeFrom(scanner.unescaped(value)));
      }
    }
    scanner.end();
  }

  private static Secret copy(ByteBuffer bytes) {
    ByteBuffer twin = ByteBuffer.allocateDirect(Math.max(1, bytes.remaining()));
    twin.put(bytes.duplicate()).flip();
    return Secret.takeFrom(twin);
  }

  /** Whose account it is, if the value says so. */
  Optional<String> username() {
    return Optional.ofNullable(texts.get(Part.USERNAME));
  }

  /** What is wanting for a credential of a kind, in words; empty when nothing is. */
  Optional<String> missing(CredentialKind kind) {
    Part main = Part.of(kind);
    Secret secret = secrets.get(main);
    if (secret == null) {
      return Optional.of("it has no member '" + main.usual + "'");
    }
    if (secret.length() == 0) {
      return Optional.of(json ? "its member '" + main.usual + "' is empty" : "it is empty");
    }
    if (kind == CredentialKind.CERTIFICATE && texts.getOrDefault(Part.CERTIFICATE, "").isBlank()) {
      return Optional.of("it has no member '" + Part.CERTIFICATE.usual + "'");
    }
    return Optional.empty();
  }

  /** The credential; its secrets go over to the caller. Only where nothing is missing. */
  Credential credential(CredentialKind kind, String username) {
    Secret main = take(Part.of(kind));
    Optional<Secret> passphrase =
        Optional.ofNullable(secrets.get(Part.PASSPHRASE))
            .filter(secret -> secret.length() > 0)
            .map(secret -> take(Part.PASSPHRASE));
    return switch (kind) {
      case PASSWORD -> Credential.password(username, main);
      case PRIVATE_KEY -> new Credential.PrivateKey(username, main, passphrase);
      case CERTIFICATE ->
          new Credential.Certificate(
              username, main, passphrase, texts.getOrDefault(Part.CERTIFICATE, ""));
      case TOKEN -> Credential.token(username, main);
    };
  }

  private Secret take(Part part) {
    Secret secret = secrets.remove(part);
    if (secret == null) {
      throw new IllegalStateException("no " + part);
    }
    return secret;
  }

  /** The value with another password and everything else as it is. */
  Secret withPassword(Secret content, Secret next) {
    Span old = password;
    if (!json || old == null) {
      return next.copy();
    }
    return content.use(
        bytes ->
            next.use(
                inserted -> {
                  // Made of signs that JSON takes as they are.
                  int length = bytes.limit() - (old.to() - old.from()) + inserted.remaining();
                  ByteBuffer whole = ByteBuffer.allocateDirect(length);
                  whole.put(bytes.duplicate().limit(old.from()));
                  whole.put(inserted.duplicate());
                  whole.put(bytes.duplicate().position(old.to()));
                  return Secret.takeFrom(whole.flip());
                }));
  }

  @Override
  public void close() {
    secrets.values().forEach(Secret::close);
  }
}
