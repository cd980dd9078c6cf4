package io.postern.credential.vault;

import static io.postern.credential.vault.KeptSecret.json;

import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Vault that remembers: leases that end, are renewed and revoked, a library of one account, a
 * static role whose password changes, one-time passwords and an authority for keys. Answers have
 * the form that the API's documentation gives them. Its secrets are texts that occur nowhere else.
 */
final class PlayedVault {
  private static final Pattern LEASE = Pattern.compile("\"lease_id\":\"([^\"]+)\"");
  private static final Pattern PUBLIC_KEY = Pattern.compile("\"public_key\":\"([^\"]+)\"");
  private static final Pattern PRINCIPAL = Pattern.compile("\"valid_principals\":\"([^\"]+)\"");
  private static final Pattern TTL = Pattern.compile("\"ttl\":\"(\\d+)s\"");
  private static final Pattern INCREMENT = Pattern.compile("\"increment\":(\\d+)");

  private final InstantSource clock;
  private final SshAuthority authority = new SshAuthority();
  private final Map<String, Instant> leases = new HashMap<>();
  private int count;
  private String libraryLease = "";
  private String libraryPassword = "library-password-0";
  private int rotations;
  private Runnable afterwards = () -> {};

  PlayedVault(TestVault vault, InstantSource clock) {
    this.clock = clock;
    vault.on(
        "GET",
        "database/roles/orders-db-ro",
        200,
        "{\"data\": {\"credential_type\": \"password\", \"default_ttl\": 600}}");
    vault.on(
        "GET",
        "database/static-roles/orders-db-app",
        200,
        "{\"data\": {\"credential_type\": \"password\", \"username\": \"orders\"}}");
    vault.on(
        "GET",
        "ldap/library/orders-db-team",
        200,
        "{\"data\": {\"service_account_names\": [\"fizz@example.com\"], \"ttl\": 36000}}");
    vault.on("GET", "ldap/library/orders-db-team/status", 200, "{\"data\": {}}");
    vault.on(
        "GET",
        "ssh/roles/orders-db-otp",
        200,
        "{\"data\": {\"key_type\": \"otp\", \"default_user\": \"app\", \"cidr_list\":"
            + " \"127.0.0.0/8\"}}");
    vault.on(
        "GET",
        "ssh/roles/orders-db-ops",
        200,
        "{\"data\": {\"key_type\": \"ca\", \"allow_user_certificates\": true, \"allowed_users\":"
            + " \"ubuntu\"}}");
    live(vault, "ssh/creds/orders-db-otp", this::oneTimePassword);
    live(vault, "ssh/sign/orders-db-ops", this::sign);
    live(vault, "database/creds/orders-db-ro", this::creds);
    live(vault, "database/static-creds/orders-db-app", this::staticCreds);
    live(vault, "database/rotate-role/orders-db-app", this::rotate);
    live(vault, "ldap/library/orders-db-team/check-out", this::checkOut);
    live(vault, "sys/leases/renew", this::renew);
    live(vault, "sys/leases/lookup", this::lookup);
    live(vault, "sys/leases/revoke", this::revoke);
  }

  private interface Answering {
    ResponseDefinition answer(String body);
  }

  private void live(TestVault vault, String path, Answering answering) {
    // A stand-in that has no stub for it answers 404 before anything else is asked.
    vault.on("GET", path, 200, "{}").on("POST", path, 200, "{}");
    vault.live(
        "/v1/" + path,
        (Request request) -> {
          synchronized (this) {
            ResponseDefinition answer = answering.answer(request.getBodyAsString());
            Runnable now = afterwards;
            afterwards = () -> {};
            now.run();
            return answer;
          }
        });
  }

  /** Leases that have neither ended nor been revoked. */
  synchronized int outstanding() {
    return (int) leases.values().stream().filter(end -> end.isAfter(clock.instant())).count();
  }

  /** What happens when the next request was done, and before it is answered. */
  synchronized void onceDone(Runnable something) {
    afterwards = something;
  }

  /** The password that the static role has now. */
  synchronized String staticPassword() {
    return "static-password-" + rotations;
  }

  /** How often it was rotated. */
  synchronized int rotations() {
    return rotations;
  }

  private String lease(String path, int seconds) {
    String lease = path + "/" + ++count;
    leases.put(lease, clock.instant().plusSeconds(seconds));
    return lease;
  }

  private boolean lives(String lease) {
    return leases.getOrDefault(lease, Instant.MIN).isAfter(clock.instant());
  }

  private ResponseDefinition creds(String body) {
    String lease = lease("database/creds/orders-db-ro", 600);
    return json(
        200,
        """
        {"lease_id": "%s", "renewable": true, "lease_duration": 600,
         "data": {"username": "v-orders-%d", "password": "dynamic-password-%d"}}
        """
            .formatted(lease, count, count));
  }

  private ResponseDefinition oneTimePassword(String body) {
    String lease = lease("ssh/creds/orders-db-otp", 600);
    return json(
        200,
        """
        {"lease_id": "%s", "renewable": false, "lease_duration": 600,
         "data": {"ip": "127.0.0.1", "key": "one-time-password-%d", "key_type": "otp",
                  "port": 22, "username": "app"}}
        """
            .formatted(lease, count));
  }

  private ResponseDefinition sign(String body) {
    Instant end = clock.instant().plusSeconds(Long.parseLong(in(TTL, body)));
    return json(
        200,
        """
        {"lease_id": "", "renewable": false, "lease_duration": 0,
         "data": {"serial_number": "1", "signed_key": "%s\\n"}}
        """
            .formatted(authority.signed(in(PUBLIC_KEY, body), in(PRINCIPAL, body), end)));
  }

  private ResponseDefinition staticCreds(String body) {
    return json(
        200,
        "{\"data\": {\"username\": \"orders\", \"password\": \""
            + staticPassword()
            + "\", \"rotation_period\": 86400, \"ttl\": 80000}}");
  }

  private ResponseDefinition rotate(String body) {
    rotations++;
    return json(204, "");
  }

  private ResponseDefinition checkOut(String body) {
    if (lives(libraryLease)) {
      return json(400, "{\"errors\": [\"No service accounts available for check-out.\"]}");
    }
    libraryLease = lease("ldap/library/orders-db-team/check-out", 3600);
    libraryPassword = "library-password-" + count;
    return json(
        200,
        """
        {"lease_id": "%s", "renewable": true, "lease_duration": 3600,
         "data": {"password": "%s", "service_account_name": "fizz@example.com"}}
        """
            .formatted(libraryLease, libraryPassword));
  }

  private static String in(Pattern pattern, String body) {
    Matcher matcher = pattern.matcher(body);
    return matcher.find() ? matcher.group(1) : "";
  }

  private ResponseDefinition renew(String body) {
    String lease = in(LEASE, body);
    if (!lives(lease)) {
      return json(400, "{\"errors\": [\"lease not found\"]}");
    }
    int seconds = Integer.parseInt(in(INCREMENT, body));
    leases.put(lease, clock.instant().plusSeconds(seconds));
    return json(
        200,
        "{\"lease_id\": \""
            + lease
            + "\", \"renewable\": true, \"lease_duration\": "
            + seconds
            + "}");
  }

  private ResponseDefinition lookup(String body) {
    String lease = in(LEASE, body);
    return lives(lease)
        ? json(
            200,
            "{\"data\": {\"id\": \""
                + lease
                + "\", \"renewable\": true, \"ttl\": "
                + leases.get(lease).minusSeconds(clock.instant().getEpochSecond()).getEpochSecond()
                + "}}")
        : json(400, "{\"errors\": [\"invalid lease\"]}");
  }

  private ResponseDefinition revoke(String body) {
    return leases.remove(in(LEASE, body)) == null
        ? json(400, "{\"errors\": [\"invalid lease\"]}")
        : json(204, "");
  }
}
