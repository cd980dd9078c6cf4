package io.postern.credential.vault;

import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.response.LogicalResponse;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.json.JsonBody;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Accounts of an LDAP library: one holder at a time, a new password after each. Vault chooses the
 * account, so what can be had is not this or that account but as many as the library has: {@code
 * set}, {@code set#2} and so on, each held by one.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/ldap#library-set-management"
 */
final class LibraryEngine implements Engine, AutoCloseable {
  /** So many of one library are offered; they stand in a list that a person reads. */
  private static final int MOST_OF_ONE = 50;

  private final String mount;
  private final Entries entries;
  private final Vault vault;
  private final Driver driver;
  private final Leases leases;
  private final Turns turns;
  final Holds holds;

  LibraryEngine(String mount, Entries entries, Vault vault, Driver driver, Leases leases) {
    this.mount = mount;
    this.entries = entries;
    this.vault = vault;
    this.driver = driver;
    this.leases = leases;
    turns = new Turns(vault.faults());
    holds = new Holds(leases.clock());
  }

  @Override
  public String prefix() {
    return "ldap-library";
  }

  @Override
  public void find(Place place, TimeLimit limit, Consumer<FoundCredential> found) {
    for (Entry entry : entries.all()) {
      Optional<String> name = entry.name(place.endpoint(), place.person());
      if (name.isPresent()) {
        String set = name.get();
        LogicalResponse response =
            driver.read(mount + "/library/" + set, "looking at library '" + set + "'", limit);
        if (Driver.isThere(response)) {
          String user = entry.user(place.endpoint(), place.person()).orElse(set);
          int many = accounts(response);
          for (int number = 1; number <= many; number++) {
            found.accept(
                FoundCredential.of(
                        key(numbered(set, number)),
                        user,
                        CredentialKind.PASSWORD,
                        entry.precedence())
                    .labelled(
                        many == 1
                            ? "the account of library " + set
                            : "any account of library " + set + ", " + number + " of " + many)
                    .exclusive(true));
          }
        }
      }
    }
  }

  private static int accounts(LogicalResponse response) {
    JsonValue names = response.getDataObject().get("service_account_names");
    int many = names != null && names.isArray() ? names.asArray().size() : 1;
    return Math.max(1, Math.min(many, MOST_OF_ONE));
  }

  private static String numbered(String set, int number) {
    return number == 1 ? set : set + "#" + number;
  }

  /** The set that a name is of; no path has such a sign in it. */
  private static String set(String name) {
    int sign = name.indexOf('#');
    return sign < 0 ? name : name.substring(0, sign);
  }

  /** For who has it checked out. Vault says the password once, so it is kept until then. */
  @Override
  public Lent resolve(String name, Place place, TimeLimit limit) {
    String key = key(name);
    entries.requireReaching(key, set(name), place, vault.faults());
    forgetEnded(key, limit);
    return holds
        .ofPerson(key, place.person().id())
        .orElseThrow(
            () -> {
              String others = holds.names(key);
              return vault
                  .faults()
                  .denied(
                      "credential '"
                          + key
                          + "' is exclusive, and "
                          + (others.isEmpty() ? "" : others + " has it; it is ")
                          + "not checked out by "
                          + place.person().name()
                          + " through this instance; check it out. If they have it, it was checked"
                          + " out through another instance, or before a restart, and Vault says a"
                          + " password only once: check it in and out again",
                      "resolve of a library account that is not checked out here");
            });
  }

  Lent checkOut(CheckOutRequest request, String name, Place place, TimeLimit limit) {
    String key = request.key();
    String set = set(name);
    entries.requireReaching(key, set, place, vault.faults());
    // Vault counts accounts and not keys: two at once would both get one under the same key.
    turns.take(key, limit);
    try {
      return checkOutInTurn(request, set, place, limit);
    } finally {
      turns.give(key);
    }
  }

  private Lent checkOutInTurn(CheckOutRequest request, String set, Place place, TimeLimit limit) {
    String key = request.key();
    forgetEnded(key, limit);
    Optional<Lent> before = holds.ofCall(key, place.person().id(), place.call().callId());
    if (before.isPresent()) {
      return before.get();
    }
    if (!holds.isEmpty(key)) {
      throw heldByOthers(key, set, limit);
    }
    Instant asked = leases.clock().instant();
    long seconds = request.until().getEpochSecond() - asked.getEpochSecond();
    if (seconds < 1) {
      throw vault
          .faults()
          .denied(
              "credential '" + key + "' cannot be checked out until a time that has passed",
              "until=" + request.until());
    }
    String path = mount + "/library/" + set + "/check-out";
    Wanted wanted = new Wanted(key, path, place.call().callId(), Duration.ofSeconds(seconds));
    try (JsonBody body = JsonBody.create().text("ttl", seconds + "s")) {
      Ask ask =
          Ask.posting(path, body.written(), "checking credential '" + key + "' out")
              .tolerating(400, 404);
      try (Answer answer = leases.ask(ask, wanted, limit)) {
        if (answer.says("no service accounts available")) {
          throw heldByOthers(key, set, limit);
        }
        if (answer.status() >= 400) {
          throw answer.status() == 404 && !answer.says("no handler for route")
              ? vault.faults().notFound(key)
              : vault.faults().refused(ask, answer);
        }
        return held(wanted, answer, asked, place, limit);
      }
    }
  }

  private Lent held(Wanted wanted, Answer answer, Instant asked, Place place, TimeLimit limit) {
    LeaseTerms terms = leases.terms(answer, asked, wanted.callId());
    String account = answer.text("data", "service_account_name");
    Optional<Credential.Password> credential =
        answer
            .secret("data", "password")
            .flatMap(
                secret ->
                    Usable.of(List.of(secret), () -> new Credential.Password(account, secret)));
    if (credential.isEmpty() || account.isEmpty() || terms.reference().isEmpty()) {
      credential.ifPresent(Credential::close);
      leases.revokeUnused(wanted, terms.reference(), limit);
      throw vault
          .faults()
          .of(
              Failure.MISCONFIGURED,
              false,
              "credential '"
                  + wanted.key()
                  + "' was checked out without a password or a lease, or without the name of an"
                  + " account that has at most 256 characters",
              "data=" + RoleEngine.names(answer),
              null);
    }
    Optional<Lent> lent = holds.add(wanted.key(), place, terms, credential.get());
    if (lent.isEmpty()) {
      leases.revokeUnused(wanted, terms.reference(), limit);
      throw vault.faults().perhapsDone(vault.faults().closed());
    }
    return lent.get();
  }

  /** Another instance may have ended a hold, and somebody else may have the account by now. */
  private void forgetEnded(String key, TimeLimit limit) {
    for (String lease : holds.leases(key)) {
      if (!leases.lives(key, lease, limit)) {
        holds.remove(lease);
      }
    }
  }

  /** Wipes what has ended by itself. */
  void expire() {
    holds.expire();
  }

  /** Forgets what was given back. */
  void ended(String lease) {
    holds.remove(lease);
  }

  /** What was renewed is kept as long. */
  void renewed(LeaseTerms terms) {
    holds.renewed(terms);
  }

  private ProviderException heldByOthers(String key, String set, TimeLimit limit) {
    String names = holds.names(key);
    String others = names.isEmpty() ? borrowers(set, limit) : names;
    return vault
        .faults()
        .denied(
            "credential '"
                + key
                + "' is checked out by "
                + others
                + "; ask them to check it in, or try again later",
            "it is held, or no account of the library is free");
  }

  /** Vault knows who borrowed only as entities of its own. */
  private String borrowers(String set, TimeLimit limit) {
    LogicalResponse response =
        driver.read(
            mount + "/library/" + set + "/status", "asking who has library '" + set + "'", limit);
    StringBuilder names = new StringBuilder();
    if (Driver.isThere(response)) {
      for (JsonObject.Member account : response.getDataObject()) {
        if (account.getValue().isObject()
            && !account.getValue().asObject().getBoolean("available", false)) {
          String entity = account.getValue().asObject().getString("borrower_entity_id", "");
          names.append(names.isEmpty() ? "" : ", ").append(account.getName());
          names.append(entity.isEmpty() ? "" : " (Vault entity " + entity + ")");
        }
      }
    }
    return names.isEmpty() ? "others" : "holders of " + names;
  }

  @Override
  public void close() {
    holds.close();
  }
}
