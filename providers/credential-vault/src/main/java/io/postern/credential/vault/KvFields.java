package io.postern.credential.vault;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.json.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes a credential of what one secret holds. For one call. */
final class KvFields {
  private final KvSettings settings;
  private final String key;
  private final String path;
  private final Map<String, String> metadata;
  private final Optional<String> user;
  private final Faults faults;

  KvFields(
      KvSettings settings,
      String key,
      String path,
      Map<String, String> metadata,
      Optional<String> user,
      Faults faults) {
    this.settings = settings;
    this.key = key;
    this.path = path;
    this.metadata = metadata;
    this.user = user;
    this.faults = faults;
  }

  /** The custom metadata in the answer to reading a secret of version 2; none of it is secret. */
  static Map<String, String> custom(Answer answer) {
    Map<String, String> custom = new HashMap<>();
    answer
        .members("data", "metadata", "custom_metadata")
        .forEach(
            (name, value) -> {
              if (value.kind() == Json.Kind.STRING) {
                value.text().ifPresent(text -> custom.put(name, text));
              }
            });
    return custom;
  }

  /** The user name as far as it is known without the secret. */
  static String user(Map<String, String> metadata, Optional<String> as, String path) {
    String given = metadata.getOrDefault("postern-username", "");
    return given.isBlank() || given.length() > 256
        ? as.orElse(path.substring(path.lastIndexOf('/') + 1))
        : given;
  }

  private String[] at(String field) {
    return settings.versioned()
        ? new String[] {"data", "data", field}
        : new String[] {"data", field};
  }

  Credential credential(Answer answer) {
    String written = answer.text(at(settings.usernameField()));
    String name = written.isBlank() ? user(metadata, user, path) : written;
    return switch (settings.kind(metadata)) {
      case PASSWORD -> {
        Secret password = required(answer, settings.passwordField());
        yield usable(List.of(password), () -> Credential.password(name, password));
      }
      case TOKEN -> {
        Secret token = required(answer, settings.tokenField());
        yield usable(List.of(token), () -> Credential.token(name, token));
      }
      case PRIVATE_KEY -> {
        Secret privateKey = required(answer, settings.keyField());
        Optional<Secret> passphrase = answer.secret(at(settings.passphraseField()));
        yield usable(
            both(privateKey, passphrase),
            () -> new Credential.PrivateKey(name, privateKey, passphrase));
      }
      case CERTIFICATE -> {
        String certificate = answer.text(at(settings.certificateField()));
        if (certificate.isBlank()) {
          throw missing(settings.certificateField());
        }
        Secret privateKey = required(answer, settings.keyField());
        Optional<Secret> passphrase = answer.secret(at(settings.passphraseField()));
        yield usable(
            both(privateKey, passphrase),
            () -> new Credential.Certificate(name, privateKey, passphrase, certificate));
      }
    };
  }

  private static List<Secret> both(Secret key, Optional<Secret> passphrase) {
    return passphrase.map(opens -> List.of(key, opens)).orElseGet(() -> List.of(key));
  }

  private <C extends Credential> C usable(List<Secret> secrets, Supplier<C> making) {
    return Usable.of(secrets, making)
        .orElseThrow(
            () ->
                faults.misconfigured(
                    "credential '"
                        + key
                        + "' has a user name of more than 256 characters, or a certificate of more"
                        + " than 65536; look at its field '"
                        + settings.usernameField()
                        + "'",
                    "path=" + path));
  }

  private Secret required(Answer answer, String field) {
    return answer.secret(at(field)).orElseThrow(() -> missing(field));
  }

  private RuntimeException missing(String field) {
    return faults.misconfigured(
        "credential '"
            + key
            + "' has no text in its field '"
            + field
            + "'; put it there, or name the right field in the settings",
        "path=" + path + " field=" + field);
  }
}
