package io.postern.credential.vault;

import io.github.jopenlibs.vault.response.LogicalResponse;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Accounts that Vault makes for each lease, or whose passwords it changes by itself: dynamic and
 * static roles of the database and the LDAP engine.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/databases"
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/ldap"
 */
final class RoleEngine implements Engine {
  /**
   * The names by which one kind of role goes in the API.
   *
   * @param prefix what keys begin with
   * @param roles where roles are read
   * @param credentials where credentials are had
   * @param dynamic whether each lease has an account of its own
   */
  record Kind(String prefix, String roles, String credentials, boolean dynamic) {
    static final Kind DATABASE = new Kind("database", "roles", "creds", true);
    static final Kind DATABASE_STATIC =
        new Kind("database-static", "static-roles", "static-creds", false);
    static final Kind LDAP = new Kind("ldap", "role", "creds", true);
    static final Kind LDAP_STATIC = new Kind("ldap-static", "static-role", "static-cred", false);
  }

  private static final int MOST_REMEMBERED = 10_000;

  /** How often Vault looks for static roles whose turn it is (queueTickSeconds in its source). */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

  private final Kind kind;
  private final String mount;
  private final Entries entries;
  private final Vault vault;
  private final Driver driver;
  private final Leases leases;
  private final Set<String> rotated = ConcurrentHashMap.newKeySet();

  RoleEngine(Kind kind, String mount, Entries entries, Vault vault, Driver driver, Leases leases) {
    this.kind = kind;
    this.mount = mount;
    this.entries = entries;
    this.vault = vault;
    this.driver = driver;
    this.leases = leases;
  }

  @Override
  public String prefix() {
    return kind.prefix();
  }

  @Override
  public void find(Place place, TimeLimit limit, Consumer<FoundCredential> found) {
    for (Entry entry : entries.all()) {
      Optional<String> name = entry.name(place.endpoint(), place.person());
      if (name.isPresent()) {
        find(name.get(), entry, place, limit).ifPresent(found);
      }
    }
  }

  private Optional<FoundCredential> find(String role, Entry entry, Place place, TimeLimit limit) {
    LogicalResponse response =
        driver.read(
            mount + "/" + kind.roles() + "/" + role, "looking at role '" + role + "'", limit);
    if (!Driver.isThere(response)) {
      return Optional.empty();
    }
    leases.lost().learn(credentials(role), Driver.text(response, "default_ttl"));
    String known = Driver.text(response, "username");
    String user =
        entry
            .user(place.endpoint(), place.person())
            .orElse(kind.dynamic() || known.isEmpty() ? role : known);
    boolean isKey = Driver.text(response, "credential_type").equals("rsa_private_key");
    CredentialKind what = isKey ? CredentialKind.PRIVATE_KEY : CredentialKind.PASSWORD;
    FoundCredential found = FoundCredential.of(key(role), user, what, entry.precedence());
    return Optional.of(
        kind.dynamic() ? found.labelled("an account of its own, by role " + role) : found);
  }

  @Override
  public Lent resolve(String role, Place place, TimeLimit limit) {
    String key = key(role);
    entries.requireReaching(key, role, place, vault.faults());
    String path = credentials(role);
    String what = "getting credential '" + key + "'";
    if (kind.dynamic()) {
      // This call got one before, whose answer nobody has: it would be nobody's until its end.
      leases.of(place.call().callId()).ifPresent(lease -> leases.revoke(key, lease, limit));
    }
    Ask ask = kind.dynamic() ? Ask.drawing(path, what) : Ask.reading(path, what);
    Instant asked = leases.clock().instant();
    Wanted wanted = new Wanted(key, path, place.call().callId(), leases.lost().life(path));
    try (Answer answer = leases.ask(ask.tolerating(400), wanted, limit)) {
      if (answer.status() == 400) {
        throw answer.says("unknown role")
            ? vault.faults().notFound(key)
            : vault.faults().refused(ask, answer);
      }
      LeaseTerms terms =
          kind.dynamic() ? leases.terms(answer, asked, place.call().callId()) : turn(answer, asked);
      if (kind.dynamic() && terms.reference().isEmpty()) {
        throw leases.withoutOne(wanted);
      }
      Optional<Credential> credential = credential(answer, role);
      if (credential.isEmpty()) {
        if (kind.dynamic()) {
          leases.revokeUnused(wanted, terms.reference(), limit);
        }
        throw vault
            .faults()
            .of(
                Failure.MISCONFIGURED,
                !kind.dynamic(),
                "credential '"
                    + key
                    + "' came without a password or key, or with a user name of more than 256"
                    + " characters",
                "data=" + names(answer),
                null);
      }
      return new Lent(credential.get(), terms);
    }
  }

  private String credentials(String role) {
    return mount + "/" + kind.credentials() + "/" + role;
  }

  /**
   * A static role's password is good until Vault changes it. Where that is due already, Vault's
   * next look at what is due ends it.
   */
  private static LeaseTerms turn(Answer answer, Instant asked) {
    long left = answer.number("data", "ttl");
    boolean turns =
        left > 0
            || answer.number("data", "rotation_period") > 0
            || !answer.text("data", "rotation_schedule").isEmpty();
    Duration life = left > 0 ? Duration.ofSeconds(left) : BETWEEN_LOOKS;
    return new LeaseTerms("", turns ? Optional.of(asked.plus(life)) : Optional.empty(), false);
  }

  private static Optional<Credential> credential(Answer answer, String role) {
    String user = answer.text("data", "username");
    String name = user.isEmpty() ? role : user;
    Optional<Secret> password = answer.secret("data", "password");
    return password.isPresent()
        ? password.flatMap(
            secret -> Usable.of(List.of(secret), () -> Credential.password(name, secret)))
        : answer
            .secret("data", "rsa_private_key")
            .flatMap(
                secret -> Usable.of(List.of(secret), () -> Credential.privateKey(name, secret)));
  }

  /** The names of what came, for a log. */
  static String names(Answer answer) {
    return answer.members("data").keySet().toString();
  }

  /** Vault changes the password where it is used, and keeps the new one, by itself. */
  @Override
  public void rotate(String role, RotateRequest request, Place place, TimeLimit limit) {
    String key = key(role);
    entries.requireKnown(key, role, place, vault.faults());
    if (kind.dynamic() || rotated.contains(request.call().callId())) {
      return;
    }
    Ask ask = new Ask("POST", "", null, true, Set.of(), "rotating credential '" + key + "'");
    driver.write(mount + "/rotate-role/" + role, Map.of(), ask, (asked, answer) -> answer, limit);
    if (rotated.size() < MOST_REMEMBERED) {
      rotated.add(request.call().callId());
    }
  }
}
