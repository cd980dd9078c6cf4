package io.postern.credential.vault;

import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.RandomPassword;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import io.postern.spi.json.JsonBody;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a password that Vault only keeps, in three steps: the new one is written beside the old
 * one, the endpoint is made to take it, it becomes the password. Each write is a new version of the
 * secret, and only made when nobody else made one meanwhile. Whoever comes after a crash finds the
 * new password in Vault and goes on with it.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#create-update-secret"
 */
final class KvRotation {
  /** The password that the account is being given. */
  static final String PENDING = "postern_pending";

  /** The call that replaced the password last. */
  static final String LAST = "postern_rotation";

  private static final int MOST_TRIES = 5;

  private final KvSettings settings;
  private final Vault vault;
  private final SecureRandom random = new SecureRandom();

  KvRotation(KvSettings settings, Vault vault) {
    this.settings = settings;
    this.vault = vault;
  }

  void rotate(String path, Optional<String> as, RotateRequest request, TimeLimit limit) {
    String key = request.key();
    if (!settings.versioned()) {
      throw cannot(key, "version 1 of the key-value engine cannot keep two writers apart");
    }
    PasswordChanger changer =
        request
            .changer()
            .orElseThrow(
                () ->
                    cannot(
                        key,
                        "Vault only keeps it, and the host gave no PasswordChanger to change it at"
                            + " the endpoint"));
    try (Secret next = prepare(path, request, limit)) {
      if (next == null) {
        return; // This call came through before, and its answer was lost.
      }
      try {
        change(path, as, request, changer, next, limit);
        promote(path, request, next, limit);
      } catch (ProviderException e) {
        throw vault.faults().perhapsDone(e);
      }
    }
  }

  /** The new password as it stands in Vault now; nothing when this call is through. */
  private @Nullable Secret prepare(String path, RotateRequest request, TimeLimit limit) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try (Answer now = read(path, request, limit)) {
        if (now.text("data", "data", LAST).equals(request.call().callId())) {
          return null;
        }
        Optional<Secret> pending = now.secret("data", "data", PENDING);
        if (pending.isPresent()) {
          // Perhaps the endpoint has it already; another one would lock everybody out.
          return pending.get();
        }
        Secret next = RandomPassword.of(random, settings.passwordLength());
        boolean written = false;
        try {
          written =
              write(
                  path,
                  data -> without(now, data, PENDING).secret(PENDING, next),
                  now,
                  request,
                  limit);
        } finally {
          if (!written) {
            next.close();
          }
        }
        if (written) {
          return next;
        }
      }
    }
    throw contested(request.key(), true);
  }

  private void change(
      String path,
      Optional<String> as,
      RotateRequest request,
      PasswordChanger changer,
      Secret next,
      TimeLimit limit) {
    try (Answer now = read(path, request, limit);
        Secret current =
            now.secret("data", "data", settings.passwordField())
                .orElseThrow(() -> cannot(request.key(), "it holds no password"))) {
      if (!isPending(now, next)) {
        // Whoever was slow must not set a password at the endpoint that is none any longer.
        if (next.sameAs(current)) {
          return; // Another rotation finished with it.
        }
        throw replaced(request, "before its password was changed at ", "; try again");
      }
      String written = now.text("data", "data", settings.usernameField());
      String user = written.isBlank() ? KvFields.user(KvFields.custom(now), as, path) : written;
      try {
        changer.change(
            new PasswordChanger.Change(request.endpoint(), user, current, next, request.call()));
      } catch (RuntimeException e) {
        throw vault
            .faults()
            .of(
                Failure.ROTATION_FAILED,
                false,
                "the password of '"
                    + request.key()
                    + "' could not be changed at "
                    + request.endpoint().name()
                    + ", or it is not known whether it was; the new one is kept beside the old"
                    + " one, and the next try goes on with it",
                "PasswordChanger failed with " + e.getClass().getName(),
                e);
      }
    }
  }

  private static boolean isPending(Answer now, Secret next) {
    Optional<Secret> pending = now.secret("data", "data", PENDING);
    boolean is = pending.map(next::sameAs).orElse(false);
    pending.ifPresent(Secret::close);
    return is;
  }

  private void promote(String path, RotateRequest request, Secret next, TimeLimit limit) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try (Answer now = read(path, request, limit)) {
        Optional<Secret> current = now.secret("data", "data", settings.passwordField());
        boolean ours = isPending(now, next);
        boolean done = current.map(next::sameAs).orElse(false);
        current.ifPresent(Secret::close);
        if (!ours && !done) {
          throw replaced(
              request,
              "while its password was being changed at ",
              "; the endpoint may have a password that is in an older version only");
        }
        if (!ours) {
          return; // Another rotation of the same account finished with the same password.
        }
        boolean written =
            write(
                path,
                data ->
                    without(now, data, PENDING, LAST, settings.passwordField())
                        .secret(settings.passwordField(), next)
                        .text(LAST, request.call().callId()),
                now,
                request,
                limit);
        if (written) {
          return;
        }
      }
    }
    throw contested(request.key(), false);
  }

  private Answer read(String path, RotateRequest request, TimeLimit limit) {
    Ask ask =
        Ask.reading(settings.data(path), "reading credential '" + request.key() + "'")
            .tolerating(404);
    Answer answer = vault.ask(ask, limit);
    try {
      if (answer.status() == 404) {
        throw answer.namesErrors()
            ? vault.faults().refused(ask, answer)
            : vault.faults().notFound(request.key());
      }
      Map<String, String> metadata = KvFields.custom(answer);
      if (!Conditions.of(metadata).fit(request.endpoint())) {
        throw vault
            .faults()
            .denied(
                "credential '" + request.key() + "' is not for " + request.endpoint().name(),
                "path=" + path + " conditions=" + Conditions.of(metadata));
      }
      if (!Conditions.slips(metadata).isEmpty()) {
        throw cannot(
            request.key(), "of its metadata " + String.join("; ", Conditions.slips(metadata)));
      }
      if (metadata.containsKey("postern-version")) {
        throw cannot(request.key(), "its metadata 'postern-version' holds it at one version");
      }
      if (settings.kind(metadata) != CredentialKind.PASSWORD) {
        throw cannot(request.key(), "only passwords can be");
      }
      return answer;
    } catch (RuntimeException e) {
      answer.close();
      throw e;
    }
  }

  /** All that the secret holds but these, as it stands there. */
  private static JsonBody without(Answer now, JsonBody data, String... names) {
    now.members("data", "data")
        .forEach(
            (name, value) -> {
              if (!Set.of(names).contains(name)) {
                data.json(name, value);
              }
            });
    return data;
  }

  /** Whether it was written; not when there is a newer version than the one that was read. */
  private boolean write(
      String path, Consumer<JsonBody> data, Answer now, RotateRequest request, TimeLimit limit) {
    long version = now.number("data", "metadata", "version");
    try (JsonBody body =
        JsonBody.create()
            .object("options", options -> options.number("cas", version))
            .object("data", data)) {
      Ask ask =
          Ask.posting(
                  settings.data(path),
                  body.written(),
                  "rotating credential '" + request.key() + "'")
              .tolerating(400);
      try (Answer answer = vault.ask(ask, limit)) {
        if (answer.status() == 400 && !answer.says("check-and-set parameter")) {
          throw vault.faults().refused(ask, answer);
        }
        return answer.status() / 100 == 2;
      }
    }
  }

  private ProviderException replaced(RotateRequest request, String when, String then) {
    String text = "' was replaced in Vault " + when + request.endpoint().name() + then;
    return vault
        .faults()
        .of(
            Failure.ROTATION_FAILED,
            false,
            "credential '" + request.key() + text,
            "the pending password is gone",
            null);
  }

  private ProviderException contested(String key, boolean without) {
    return vault
        .faults()
        .of(
            Failure.ROTATION_FAILED,
            without,
            "credential '" + key + "' is being written by others all the time; try again",
            "check-and-set failed " + MOST_TRIES + " times",
            null);
  }

  private ProviderException cannot(String key, String why) {
    return vault.faults().misconfigured("credential '" + key + "' cannot be rotated: " + why, why);
  }
}
