package io.postern.credential.vault;

import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.response.LogicalResponse;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.json.JsonBody;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Accounts of an LDAP library: one holder at a time, a new password after each.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/ldap#library-set-management"
 */
final class LibraryEngine implements Engine, AutoCloseable {
  private final String mount;
  private final Entries entries;
  private final Vault vault;
  private final Driver driver;
  private final Leases leases;
  private final Holds holds;

  LibraryEngine(String mount, Entries entries, Vault vault, Driver driver, Leases leases) {
    this.mount = mount;
    this.entries = entries;
    this.vault = vault;
    this.driver = driver;
    this.leases = leases;
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
          found.accept(
              FoundCredential.of(key(set), user, CredentialKind.PASSWORD, entry.precedence())
                  .labelled("one of the accounts of library " + set)
                  .exclusive(true));
        }
      }
    }
  }

  /** For who has it checked out. Vault says the password once, so it is kept until then. */
  @Override
  public Lent resolve(String set, Place place, TimeLimit limit) {
    String key = key(set);
    entries.requireReaching(key, set, place, vault.faults());
    return holds
        .ofPerson(key, place.person().id())
        .orElseThrow(
            () ->
                holds.isEmpty(key)
                    ? vault
                        .faults()
                        .denied(
                            "credential '" + key + "' is exclusive; check it out instead",
                            "resolve of a library account that is not checked out here")
                    : heldByOthers(key, set, limit));
  }

  Lent checkOut(CheckOutRequest request, String set, Place place, TimeLimit limit) {
    String key = request.key();
    entries.requireReaching(key, set, place, vault.faults());
    Optional<Lent> before = holds.ofCall(key, place.person().id(), place.call().callId());
    if (before.isPresent()) {
      return before.get();
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
    try (JsonBody body = JsonBody.create().text("ttl", seconds + "s")) {
      Ask ask =
          Ask.posting(
                  mount + "/library/" + set + "/check-out",
                  body.written(),
                  "checking credential '" + key + "' out")
              .tolerating(400, 404);
      try (Answer answer = vault.ask(ask, limit)) {
        if (answer.says("no service accounts available")) {
          throw heldByOthers(key, set, limit);
        }
        if (answer.status() >= 400) {
          throw answer.status() == 404 && !answer.says("no handler for route")
              ? vault.faults().notFound(key)
              : vault.faults().refused(ask, answer);
        }
        return held(key, answer, asked, place, limit);
      }
    }
  }

  private Lent held(String key, Answer answer, Instant asked, Place place, TimeLimit limit) {
    LeaseTerms terms = leases.terms(answer, asked, place.call().callId());
    String account = answer.text("data", "service_account_name");
    Optional<Secret> password = answer.secret("data", "password");
    if (password.isEmpty() || account.isEmpty() || terms.reference().isEmpty()) {
      password.ifPresent(Secret::close);
      leases.revokeUnused(key, terms.reference(), limit);
      throw vault
          .faults()
          .of(
              Failure.MISCONFIGURED,
              false,
              "credential '" + key + "' was checked out without an account, a password or a lease",
              "data=" + RoleEngine.names(answer),
              null);
    }
    return holds.add(key, place, terms, Credential.password(account, password.get()));
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
            "no account of the library is free");
  }

  /** Vault knows who borrowed only as entities of its own. */
  private String borrowers(String set, TimeLimit limit) {
    LogicalResponse response =
        driver.read(
            mount + "/library/" + set + "/status", "asking who has library '" + set + "'", limit);
    StringBuilder names = new StringBuilder();
    if (Driver.isThere(response)) {
      for (JsonObject.Member account : response.getDataObject()) {
        if (account.getValue().isObject()) {
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
