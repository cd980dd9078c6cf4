package io.postern.credential.aws;

import io.postern.credential.Secret;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The settings of this plug-in, and what they must be together. */
final class AwsSettings {
  static final Setting<String> REGION =
      Setting.text(
          "region",
          "The region, such as eu-central-1; without it, as the SDK's default chain finds it.");
  static final Setting<String> ENDPOINT =
      Setting.text(
          "endpoint",
          "Where Secrets Manager is instead of where the region has it, such as a VPC endpoint or an"
              + " emulator: https://host or https://host:port.");
  static final Setting<Boolean> ALLOW_PLAIN_HTTP =
      Setting.flag(
              "allow-plain-http",
              "Lets endpoints on other machines be http:// too; secrets then cross the network for"
                  + " all to read. For emulators only.")
          .orElse("false");
  static final Setting<String> PROFILE =
      Setting.text(
          "profile",
          "A profile of the AWS configuration files; without it and without an access key, the SDK's"
              + " default chain.");
  static final Setting<String> ACCESS_KEY_ID =
      Setting.text("access-key-id", "The public half of an access key, instead of a profile.");
  static final Setting<Secret> SECRET_ACCESS_KEY =
      Setting.secret("secret-access-key", "The secret half of that access key.");
  static final Setting<String> ROLE_ARN =
      Setting.text("role-arn", "A role to assume with whatever key there is.");
  static final Setting<String> EXTERNAL_ID =
      Setting.text("external-id", "What the role's owner asks of those who assume it.");
  static final Setting<String> ROLE_SESSION_NAME =
      Setting.text(
          "role-session-name",
          "What CloudTrail calls those who assumed the role; without it, postern- and the manager's"
              + " name.");
  static final Setting<Duration> ROLE_DURATION =
      Setting.duration("role-duration", "How long an assumed role's key is good: PT15M to PT12H.")
          .orElse("PT1H");
  static final Setting<String> STS_ENDPOINT =
      Setting.text(
          "sts-endpoint", "Where roles are assumed, instead of where the region has that.");
  static final Setting<String> NAME_PREFIX =
      Setting.text("name-prefix", "Only secrets whose names begin with this.").orElse("");
  static final Setting<String> VERSION_STAGE =
      Setting.text(
              "version-stage", "Which version of a secret is used where its tags name no other.")
          .orElse(StoredSecret.CURRENT);
  static final Setting<Integer> MAX_SECRETS =
      Setting.number(
              "max-secrets",
              1,
              10_000,
              "How many secrets a search may go through; with more there, it fails.")
          .orElse("1000");
  static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.duration("connect-timeout", "How long a connection may take to stand.")
          .orElse("PT3S");
  static final Setting<Duration> READ_TIMEOUT =
      Setting.duration(
              "read-timeout", "How long an answer may pause; each call's deadline counts too.")
          .orElse("PT10S");
  static final Setting<Integer> ROTATION_LENGTH =
      Setting.number(
              "rotation-length",
              12,
              128,
              "How many characters a password has that is made here, for secrets without a rotation"
                  + " function.")
          .orElse("24");
  static final Setting<Duration> ROTATION_POLL =
      Setting.duration(
              "rotation-poll",
              "How often a rotation function that works is asked whether it is done.")
          .orElse("PT2S");

  private AwsSettings() {}

  static List<Setting<?>> all() {
    return List.of(
        REGION,
        ENDPOINT,
        ALLOW_PLAIN_HTTP,
        PROFILE,
        ACCESS_KEY_ID,
        SECRET_ACCESS_KEY,
        ROLE_ARN,
        EXTERNAL_ID,
        ROLE_SESSION_NAME,
        ROLE_DURATION,
        STS_ENDPOINT,
        NAME_PREFIX,
        VERSION_STAGE,
        MAX_SECRETS,
        CONNECT_TIMEOUT,
        READ_TIMEOUT,
        ROTATION_LENGTH,
        ROTATION_POLL);
  }

  static List<String> faults(Settings settings) {
    List<String> faults = new ArrayList<>();
    matches(
        settings,
        REGION,
        "[a-z]{2,}(-[a-z]+)+-[0-9]+",
        "is no region, such as eu-central-1",
        faults);
    matches(
        settings,
        ROLE_ARN,
        "arn:[a-z-]+:iam::[0-9]{12}:role/\\S{1,512}",
        "is no role's ARN, such as arn:aws:iam::123456789012:role/postern",
        faults);
    matches(
        settings,
        EXTERNAL_ID,
        "[\\w+=,.@:/-]{2,1224}",
        "is no external id: 2 to 1224 letters, digits and _+=,.@:/-",
        faults);
    matches(
        settings,
        ROLE_SESSION_NAME,
        "[\\w+=,.@-]{2,64}",
        "is no session name: 2 to 64 letters, digits and _+=,.@-",
        faults);
    matches(
        settings, ACCESS_KEY_ID, "\\w{16,128}", "is no access key id: 16 to 128 letters", faults);
    matches(settings, VERSION_STAGE, "[\\w+=,.@:/!-]{1,256}", "is no version stage", faults);
    matches(
        settings,
        NAME_PREFIX,
        "[\\w/+=.@!-]{0,200}",
        "begins no secret's name: up to 200 letters, digits and /_+=.@!-",
        faults);
    endpoint(settings, ENDPOINT, faults);
    endpoint(settings, STS_ENDPOINT, faults);
    key(settings, faults);
    if (!has(settings, ROLE_ARN)) {
      for (Setting<?> needsRole :
          List.of(EXTERNAL_ID, ROLE_SESSION_NAME, ROLE_DURATION, STS_ENDPOINT)) {
        if (has(settings, needsRole)) {
          faults.add("setting '" + needsRole + "' is of no use without setting 'role-arn'");
        }
      }
    }
    parsed(settings, ROLE_DURATION)
        .filter(
            time ->
                time.compareTo(Duration.ofMinutes(15)) < 0
                    || time.compareTo(Duration.ofHours(12)) > 0)
        .ifPresent(time -> faults.add("setting 'role-duration' must be PT15M to PT12H"));
    return faults;
  }

  private static void key(Settings settings, List<String> faults) {
    boolean id = has(settings, ACCESS_KEY_ID);
    boolean secret = has(settings, SECRET_ACCESS_KEY);
    if (id != secret) {
      faults.add(
          "settings 'access-key-id' and 'secret-access-key' belong together; give both or none");
    }
    if (has(settings, PROFILE) && (id || secret)) {
      faults.add("settings 'profile' and 'access-key-id' exclude each other; give one");
    }
    if (parsed(settings, SECRET_ACCESS_KEY).map(Secret::length).orElse(1) == 0) {
      faults.add("setting 'secret-access-key' is empty");
    }
  }

  private static void endpoint(Settings settings, Setting<String> setting, List<String> faults) {
    Optional<String> given = parsed(settings, setting);
    if (given.isEmpty()) {
      return;
    }
    Optional<URI> uri = uri(given.get());
    if (uri.isEmpty()) {
      faults.add("the value of setting '" + setting + "' must be https://host[:port]");
    } else if ("http".equals(uri.get().getScheme())
        && !isHere(uri.get().getHost())
        && !parsed(settings, ALLOW_PLAIN_HTTP).orElse(false)) {
      faults.add(
          "over the http:// of setting '"
              + setting
              + "' secrets would go for all to read; use https://, or for an emulator say setting"
              + " 'allow-plain-http'");
    }
  }

  private static boolean isHere(String host) {
    return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]+){3}");
  }

  /** Scheme, host and perhaps a port, and nothing else. */
  static Optional<URI> uri(String text) {
    try {
      URI uri = new URI(text);
      String path = uri.getRawPath();
      boolean plain =
          ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
              && uri.getHost() != null
              && uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && (path == null || path.isEmpty() || path.equals("/"));
      return plain ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static void matches(
      Settings settings, Setting<String> setting, String pattern, String why, List<String> faults) {
    parsed(settings, setting)
        .filter(text -> !text.matches(pattern))
        // Without the value: it may be a secret that was put into the wrong line.
        .ifPresent(text -> faults.add("the value of setting '" + setting + "' " + why));
  }

  private static boolean has(Settings settings, Setting<?> setting) {
    return settings.keys().contains(setting.key());
  }

  /** Nothing too when it has another type: that is said elsewhere. */
  private static <T> Optional<T> parsed(Settings settings, Setting<T> setting) {
    try {
      return settings.find(setting);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }
}
