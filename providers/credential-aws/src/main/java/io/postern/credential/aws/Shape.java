package io.postern.credential.aws;

import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.json.Json;
import io.postern.spi.json.JsonException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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

    /** The member that is this part, if there is one. */
    Optional<Json> in(Json object) {
      List<Json> found =
          Stream.of(usual, second, third)
              .filter(name -> !name.isEmpty())
              .flatMap(name -> object.at(name).stream())
              .toList();
      if (found.size() > 1) {
        throw new JsonException("member '" + usual + "' occurs twice");
      }
      if (!found.isEmpty() && found.get(0).kind() != Json.Kind.STRING) {
        throw new JsonException("member '" + usual + "' is no text");
      }
      return found.stream().findFirst();
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

  private final boolean json;

  private Shape(boolean json) {
    this.json = json;
  }

  /**
   * Reads a value.
   *
   * @param plain whether the whole value is the secret, whatever it looks like
   * @throws JsonException when it begins like JSON and is none
   */
  static Shape of(Secret content, CredentialKind kind, boolean plain) {
    return content.use(
        bytes -> {
          Shape shape = new Shape(!plain && beginsAsObject(bytes));
          try {
            if (shape.json) {
              shape.read(Json.parse(bytes));
            } else {
              shape.secrets.put(Part.of(kind), content.copy());
            }
            return shape;
          } catch (RuntimeException e) {
            shape.close();
            throw e;
          }
        });
  }

  private static boolean beginsAsObject(ByteBuffer bytes) {
    int at = bytes.position();
    while (at < bytes.limit() && " \t\r\n".indexOf(bytes.get(at)) >= 0) {
      at++;
    }
    return at < bytes.limit() && bytes.get(at) == '{';
  }

  /** Names its parts only: in what looks like JSON the other names may be secrets. */
  private void read(Json object) {
    for (Part part : Part.values()) {
      Optional<Json> value = part.in(object);
      if (part == Part.USERNAME || part == Part.CERTIFICATE) {
        value.flatMap(Json::text).ifPresent(text -> texts.put(part, text));
      } else {
        value.ifPresent(
            text -> secrets.put(part, text.secret().orElseGet(() -> Secret.takeFrom(new byte[0]))));
      }
    }
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

  /**
   * The credential; its secrets go over to the caller. Only where nothing is missing.
   *
   * @throws IllegalArgumentException when user name or certificate are too long for one; then its
   *     secrets are wiped
   */
  Credential credential(CredentialKind kind, String username) {
    Secret main = take(Part.of(kind));
    Optional<Secret> passphrase =
        Optional.ofNullable(secrets.get(Part.PASSPHRASE))
            .filter(secret -> secret.length() > 0)
            .map(secret -> take(Part.PASSPHRASE));
    try {
      return credential(kind, username, main, passphrase);
    } catch (IllegalArgumentException e) {
      main.close();
      passphrase.ifPresent(Secret::close);
      throw e;
    }
  }

  private Credential credential(
      CredentialKind kind, String username, Secret main, Optional<Secret> passphrase) {
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
    if (!json) {
      return next.copy();
    }
    return content.use(
        bytes -> {
          ByteBuffer old = Part.PASSWORD.in(Json.parse(bytes)).orElseThrow().raw();
          return next.use(
              inserted -> {
                // Between its quotes, and made of signs that JSON takes as they are.
                int from = old.position() + 1;
                int to = old.limit() - 1;
                int length = bytes.remaining() - (to - from) + inserted.remaining();
                ByteBuffer whole = ByteBuffer.allocateDirect(length);
                whole.put(bytes.slice(0, from)).put(inserted.duplicate());
                whole.put(bytes.slice(to, bytes.remaining() - to));
                return Secret.takeFrom(whole.flip());
              });
        });
  }

  @Override
  public void close() {
    secrets.values().forEach(Secret::close);
  }
}
