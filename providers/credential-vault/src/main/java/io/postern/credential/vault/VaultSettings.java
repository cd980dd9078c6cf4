package io.postern.credential.vault;

import io.postern.credential.Secret;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.text.Text;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What can be set, and what of it does not go together. */
final class VaultSettings {
  static final Setting<String> ADDRESS =
      Setting.text(
              "address",
              "Where Vault or OpenBao listens, such as https://vault.example:8200. Without TLS only on"
                  + " this machine, or with 'allow-plain-http'.")
          .required();
  static final Setting<String> NAMESPACE =
      Setting.text("namespace", "The namespace in which everything is, such as team-a/ops.");
  static final Setting<Path> CA_FILE =
      Setting.path(
          "ca-file",
          "The authorities that may vouch for the server, in PEM; those of the JDK when not given.");
  static final Setting<Path> CERTIFICATE_FILE =
      Setting.path(
          "client-certificate-file",
          "The certificate, with its chain, in PEM, by which Postern is known to the server.");
  static final Setting<Path> KEY_FILE =
      Setting.path("client-key-file", "The key of that certificate: PKCS#8 in PEM, not encrypted.");
  static final Setting<Boolean> PLAIN_HTTP =
      Setting.flag(
              "allow-plain-http",
              "Whether secrets may go over the network in the clear, to an address that begins with"
                  + " http. Never outside a test.")
          .orElse("false");
  static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.duration("connect-timeout", "How long a connection may take to come about.")
          .orElse("PT5S");
  static final Setting<Duration> REQUEST_TIMEOUT =
      Setting.duration(
              "request-timeout",
              "How long one call may take at most; its own deadline may come earlier.")
          .orElse("PT30S");

  static final Setting<String> LOG_ON =
      Setting.text("log-on", "How Postern logs on: token, approle, kubernetes or certificate.")
          .orElse("token");
  static final Setting<String> AUTH_MOUNT =
      Setting.text(
          "auth-mount",
          "Where that auth method is mounted, below auth/; approle, kubernetes or cert when not"
              + " given.");
  static final Setting<Secret> TOKEN = Setting.secret("token", "For log-on token: the token.");
  static final Setting<Secret> WRAPPED_TOKEN =
      Setting.secret(
          "wrapped-token",
          "For log-on token, in place of 'token': a wrapping token, which is unwrapped once.");
  static final Setting<String> ROLE_ID =
      Setting.text("role-id", "For log-on approle: the role id.");
  static final Setting<Secret> SECRET_ID =
      Setting.secret("secret-id", "For log-on approle: the secret id.");
  static final Setting<Secret> WRAPPED_SECRET_ID =
      Setting.secret(
          "wrapped-secret-id",
          "For log-on approle, in place of 'secret-id': a wrapping token, which is unwrapped once.");
  static final Setting<String> KUBERNETES_ROLE =
      Setting.text("kubernetes-role", "For log-on kubernetes: the role.");
  static final Setting<Path> KUBERNETES_TOKEN_FILE =
      Setting.path(
              "kubernetes-token-file",
              "For log-on kubernetes: the service account's token; read at each log-on.")
          .orElse("/var/run/secrets/kubernetes.io/serviceaccount/token");
  static final Setting<String> CERTIFICATE_ROLE =
      Setting.text(
          "certificate-role",
          "For log-on certificate: the role; any that the certificate fits when not given.");

  static final Setting<String> DATABASE_MOUNT = mount("database", "database");
  static final Setting<String> DATABASE_ROLES =
      entries("database-roles", "roles of the database engine, each lease with its own account");
  static final Setting<String> DATABASE_STATIC_ROLES =
      entries("database-static-roles", "static roles of the database engine");
  static final Setting<String> LDAP_MOUNT = mount("ldap", "LDAP");
  static final Setting<String> LDAP_ROLES =
      entries("ldap-roles", "roles of the LDAP engine, each lease with its own account");
  static final Setting<String> LDAP_STATIC_ROLES =
      entries("ldap-static-roles", "static roles of the LDAP engine");
  static final Setting<String> LDAP_LIBRARIES =
      entries("ldap-libraries", "libraries of the LDAP engine, whose accounts are checked out");
  static final Setting<String> SSH_MOUNT = mount("ssh", "SSH");
  static final Setting<String> SSH_OTP_ROLES =
      entries("ssh-otp-roles", "roles of the SSH engine that give one-time passwords");
  static final Setting<String> SSH_SIGN_ROLES =
      entries("ssh-sign-roles", "roles of the SSH engine that sign keys");

  /** All settings with entries but that of the key-value engine. */
  private static final List<Setting<String>> ROLES =
      List.of(
          DATABASE_ROLES,
          DATABASE_STATIC_ROLES,
          LDAP_ROLES,
          LDAP_STATIC_ROLES,
          LDAP_LIBRARIES,
          SSH_OTP_ROLES,
          SSH_SIGN_ROLES);

  static final List<Setting<?>> ALL =
      List.of(
          ADDRESS,
          NAMESPACE,
          CA_FILE,
          CERTIFICATE_FILE,
          KEY_FILE,
          PLAIN_HTTP,
          CONNECT_TIMEOUT,
          REQUEST_TIMEOUT,
          LOG_ON,
          AUTH_MOUNT,
          TOKEN,
          WRAPPED_TOKEN,
          ROLE_ID,
          SECRET_ID,
          WRAPPED_SECRET_ID,
          KUBERNETES_ROLE,
          KUBERNETES_TOKEN_FILE,
          CERTIFICATE_ROLE,
          KvSettings.KV_MOUNT,
          KvSettings.KV_VERSION,
          KvSettings.KV_PATHS,
          KvSettings.KV_KIND,
          KvSettings.USERNAME_FIELD,
          KvSettings.PASSWORD_FIELD,
          KvSettings.PRIVATE_KEY_FIELD,
          KvSettings.PASSPHRASE_FIELD,
          KvSettings.TOKEN_FIELD,
          KvSettings.CERTIFICATE_FIELD,
          KvSettings.FIND_LIMIT,
          KvSettings.ROTATION_LENGTH,
          DATABASE_MOUNT,
          DATABASE_ROLES,
          DATABASE_STATIC_ROLES,
          LDAP_MOUNT,
          LDAP_ROLES,
          LDAP_STATIC_ROLES,
          LDAP_LIBRARIES,
          SSH_MOUNT,
          SSH_OTP_ROLES,
          SSH_SIGN_ROLES);

  private VaultSettings() {}

  private static Setting<String> mount(String name, String engine) {
    return Setting.text(name + "-mount", "Where the " + engine + " engine is mounted.")
        .orElse(name);
  }

  private static Setting<String> entries(String key, String what) {
    return Setting.text(key, "Entries: " + what + ".");
  }

  /** All that is wrong with settings that are each of the right type. */
  static List<String> faults(Settings settings) {
    List<String> faults = new ArrayList<>();
    address(settings, faults);
    LogOnSettings.faults(settings, faults);
    boolean certificate = settings.find(CERTIFICATE_FILE).isPresent();
    if (certificate != settings.find(KEY_FILE).isPresent()) {
      faults.add("settings 'client-certificate-file' and 'client-key-file' need each other");
    }
    if (!KvSettings.KINDS.contains(settings.get(KvSettings.KV_KIND))) {
      faults.add(
          "setting 'kv-kind' is none of "
              + String.join(", ", KvSettings.KINDS)
              + nearest(settings.get(KvSettings.KV_KIND), KvSettings.KINDS));
    }
    List.of(KvSettings.KV_MOUNT, DATABASE_MOUNT, LDAP_MOUNT, SSH_MOUNT, AUTH_MOUNT, NAMESPACE)
        .forEach(setting -> path(setting, settings, faults));
    parsed(KvSettings.KV_PATHS, settings, faults);
    for (Setting<String> setting : ROLES) {
      if (parsed(setting, settings, faults).all().stream()
          .anyMatch(entry -> entry.template().isFolder())) {
        faults.add("setting '" + setting + "' has an entry that ends with a slash; a role is none");
      }
    }
    return faults;
  }

  /** The entries of a setting; what is wrong with them goes to {@code faults}. */
  static Entries parsed(Setting<String> setting, Settings settings, List<String> faults) {
    boolean keyValue = setting == KvSettings.KV_PATHS;
    boolean nothing = ROLES.stream().allMatch(one -> settings.find(one).isEmpty());
    String given = settings.find(setting).orElse(keyValue && nothing ? "postern/" : "");
    boolean metadata = keyValue && settings.get(KvSettings.KV_VERSION) == 2;
    return new Entries(Entry.parse(setting.key(), given, metadata, faults));
  }

  /** What was probably meant; of what was given nothing is said, for it may be a secret. */
  static String nearest(String given, Collection<String> known) {
    return Text.nearest(given, known).map(one -> "; did you mean '" + one + "'?").orElse("");
  }

  private static void address(Settings settings, List<String> faults) {
    String given = settings.find(ADDRESS).orElse("");
    if (given.isEmpty()) {
      return; // That it is missing is said already.
    }
    try {
      URI uri = URI.create(given);
      Origin origin = Origin.of(uri);
      if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
        faults.add("setting 'address' has more than a path behind it");
      }
      if (!origin.encrypted() && !origin.isLoopback() && !settings.get(PLAIN_HTTP)) {
        faults.add(
            "setting 'address' begins with http, and secrets do not go over the network in the clear;"
                + " use https");
      }
    } catch (IllegalArgumentException e) {
      faults.add(
          "setting 'address' is no address of a server; write it as https://vault.example:8200");
    }
  }

  private static void path(Setting<String> setting, Settings settings, List<String> faults) {
    Optional<String> given = settings.find(setting);
    if (given.isPresent() && (!Paths.isSafe(given.get()) || given.get().endsWith("/"))) {
      faults.add(
          "setting '"
              + setting
              + "' is no path; write it without a slash at either end, and without signs of a URL");
    }
  }
}
