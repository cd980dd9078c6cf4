package io.postern.credential.vault;

import io.postern.credential.CredentialKind;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where secrets lie in a key-value engine, and how they are laid out.
 *
 * @param mount where the engine is mounted
 * @param versioned whether it is version 2
 * @param defaultKind what a secret is that does not say it
 * @param usernameField and the others: the names under which parts of a secret are kept
 * @param most how many secrets are looked at for one question
 * @param passwordLength of passwords made by rotation
 */
record KvSettings(
    String mount,
    boolean versioned,
    CredentialKind defaultKind,
    String usernameField,
    String passwordField,
    String keyField,
    String passphraseField,
    String tokenField,
    String certificateField,
    int most,
    int passwordLength) {
  static final List<String> KINDS = List.of("password", "private-key", "token", "certificate");

  static final Setting<String> KV_MOUNT =
      Setting.text("kv-mount", "Where the key-value engine is mounted.").orElse("secret");
  static final Setting<Integer> KV_VERSION =
      Setting.number("kv-version", 1, 2, "The version of the key-value engine.").orElse("2");
  static final Setting<String> KV_PATHS =
      Setting.text(
          "kv-paths",
          "Entries: secrets of the key-value engine, and folders when they end with a slash. In a"
              + " folder of version 2 custom metadata say for whom a secret is. It is postern/ when no"
              + " entries of any engine are given.");

  static final Setting<String> KV_KIND =
      Setting.text(
              "kv-kind",
              "What a secret is whose metadata do not say it: password, private-key, token or"
                  + " certificate.")
          .orElse("password");
  static final Setting<String> USERNAME_FIELD = field("username", "the user name");
  static final Setting<String> PASSWORD_FIELD = field("password", "the password");
  static final Setting<String> PRIVATE_KEY_FIELD = field("private_key", "the private key");
  static final Setting<String> PASSPHRASE_FIELD =
      field("passphrase", "the passphrase that opens the private key");
  static final Setting<String> TOKEN_FIELD = field("token", "the token");
  static final Setting<String> CERTIFICATE_FIELD = field("certificate", "the OpenSSH certificate");
  static final Setting<Integer> FIND_LIMIT =
      Setting.number(
              "find-limit",
              1,
              100_000,
              "How many secrets and folders of the key-value engine may be looked at for one"
                  + " question; more is a failure, never a shorter list.")
          .orElse("1000");
  static final Setting<Integer> ROTATION_LENGTH =
      Setting.number(
              "rotation-length", 12, 128, "How many characters a password made by rotation has.")
          .orElse("24");

  private static Setting<String> field(String name, String what) {
    return Setting.text(
            name.replace('_', '-') + "-field",
            "The field of a secret in the key-value engine that holds " + what + ".")
        .orElse(name);
  }

  static KvSettings of(Settings settings) {
    return new KvSettings(
        settings.get(KV_MOUNT),
        settings.get(KV_VERSION) == 2,
        kind(settings.get(KV_KIND)),
        settings.get(USERNAME_FIELD),
        settings.get(PASSWORD_FIELD),
        settings.get(PRIVATE_KEY_FIELD),
        settings.get(PASSPHRASE_FIELD),
        settings.get(TOKEN_FIELD),
        settings.get(CERTIFICATE_FIELD),
        settings.get(FIND_LIMIT),
        settings.get(ROTATION_LENGTH));
  }

  String data(String path) {
    return versioned ? mount + "/data/" + path : mount + "/" + path;
  }

  String metadata(String path) {
    return mount + "/metadata/" + path;
  }

  /** Where names are listed. */
  String folder(String path) {
    return versioned ? metadata(path) : mount + "/" + path;
  }

  CredentialKind kind(Map<String, String> metadata) {
    String given = metadata.getOrDefault("postern-kind", "");
    return KINDS.contains(given) ? kind(given) : defaultKind;
  }

  static CredentialKind kind(String name) {
    return CredentialKind.valueOf(name.replace('-', '_').toUpperCase(Locale.ROOT));
  }
}
