package io.postern.credential.vault;

import io.postern.credential.CredentialKind;
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
