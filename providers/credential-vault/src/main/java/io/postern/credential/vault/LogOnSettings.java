package io.postern.credential.vault;

import static io.postern.credential.vault.VaultSettings.AUTH_MOUNT;
import static io.postern.credential.vault.VaultSettings.CERTIFICATE_FILE;
import static io.postern.credential.vault.VaultSettings.CERTIFICATE_ROLE;
import static io.postern.credential.vault.VaultSettings.KUBERNETES_ROLE;
import static io.postern.credential.vault.VaultSettings.KUBERNETES_TOKEN_FILE;
import static io.postern.credential.vault.VaultSettings.LOG_ON;
import static io.postern.credential.vault.VaultSettings.ROLE_ID;
import static io.postern.credential.vault.VaultSettings.SECRET_ID;
import static io.postern.credential.vault.VaultSettings.TOKEN;
import static io.postern.credential.vault.VaultSettings.WRAPPED_SECRET_ID;
import static io.postern.credential.vault.VaultSettings.WRAPPED_TOKEN;

import io.postern.credential.Secret;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which settings belong to which way to log on. */
final class LogOnSettings {
  private static final Map<String, List<Setting<?>>> OWN =
      Map.of(
          "token",
          List.of(TOKEN, WRAPPED_TOKEN),
          "approle",
          List.of(ROLE_ID, SECRET_ID, WRAPPED_SECRET_ID),
          "kubernetes",
          List.of(KUBERNETES_ROLE, KUBERNETES_TOKEN_FILE),
          "certificate",
          List.of(CERTIFICATE_ROLE));

  private LogOnSettings() {}

  static void faults(Settings settings, List<String> faults) {
    String way = settings.get(LOG_ON);
    if (!OWN.containsKey(way)) {
      faults.add(
          "setting 'log-on' is none of token, approle, kubernetes, certificate"
              + VaultSettings.nearest(way, OWN.keySet()));
      return;
    }
    for (Map.Entry<String, List<Setting<?>>> other : OWN.entrySet()) {
      for (Setting<?> setting : other.getValue()) {
        if (!other.getKey().equals(way) && isGiven(settings, setting)) {
          faults.add(
              "setting '"
                  + setting
                  + "' belongs to log-on '"
                  + other.getKey()
                  + "', not '"
                  + way
                  + "'");
        }
      }
    }
    switch (way) {
      case "token" -> {
        one(settings, TOKEN, WRAPPED_TOKEN, faults);
        if (isGiven(settings, AUTH_MOUNT)) {
          faults.add("setting 'auth-mount' is of no use with log-on 'token'");
        }
      }
      case "approle" -> {
        needed(settings, ROLE_ID, way, faults);
        one(settings, SECRET_ID, WRAPPED_SECRET_ID, faults);
      }
      case "kubernetes" -> needed(settings, KUBERNETES_ROLE, way, faults);
      default -> needed(settings, CERTIFICATE_FILE, way, faults);
    }
  }

  private static boolean isGiven(Settings settings, Setting<?> setting) {
    return settings.keys().contains(setting.key());
  }

  private static void needed(
      Settings settings, Setting<?> setting, String way, List<String> faults) {
    if (!isGiven(settings, setting)) {
      faults.add("setting '" + setting + "' is missing, which log-on '" + way + "' needs");
    }
  }

  private static void one(
      Settings settings, Setting<Secret> one, Setting<Secret> other, List<String> faults) {
    if (isGiven(settings, one) == isGiven(settings, other)) {
      faults.add("give one of settings '" + one + "' and '" + other + "', and only one");
    }
    for (Setting<Secret> setting : List.of(one, other)) {
      boolean usable = settings.find(setting).map(LogOn.Granted::isToken).orElse(true);
      if (!usable) {
        faults.add("setting '" + setting + "' is empty, or has a sign that no such thing has");
      }
    }
  }

  /** The log-on of settings without faults. */
  static LogOn logOn(Settings settings) {
    Optional<String> mount = settings.find(AUTH_MOUNT);
    return switch (settings.get(LOG_ON)) {
      case "approle" -> {
        String at = mount.orElse("approle");
        String role = settings.get(ROLE_ID);
        yield settings
            .find(SECRET_ID)
            .map(secret -> MethodLogOn.appRole(at, role, secret))
            .orElseGet(() -> MethodLogOn.wrappedAppRole(at, role, settings.get(WRAPPED_SECRET_ID)));
      }
      case "kubernetes" ->
          MethodLogOn.kubernetes(
              mount.orElse("kubernetes"),
              settings.get(KUBERNETES_ROLE),
              settings.get(KUBERNETES_TOKEN_FILE));
      case "certificate" ->
          MethodLogOn.certificate(mount.orElse("cert"), settings.find(CERTIFICATE_ROLE).orElse(""));
      default ->
          settings
              .find(TOKEN)
              .map(token -> new GivenToken(token, false))
              .orElseGet(() -> new GivenToken(settings.get(WRAPPED_TOKEN), true));
    };
  }
}
