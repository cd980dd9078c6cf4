package io.postern.credential.vault;

import io.github.jopenlibs.vault.response.LogicalResponse;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.SignsSshCertificates.SignRequest;
import io.postern.spi.credential.SignsSshCertificates.SignedCertificate;
import io.postern.spi.json.JsonBody;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One-time passwords and signed keys of the SSH engine. The account is part of the key, since a
 * role may be for several.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/ssh"
 */
final class SshEngine implements Engine {
  private final boolean signs;
  private final String mount;
  private final Entries entries;
  private final Vault vault;
  private final Driver driver;
  private final Leases leases;

  /** What the key names. */
  private record Target(String role, String user) {
    static @Nullable Target of(String name) {
      int colon = name.indexOf(':');
      return colon < 1 || colon == name.length() - 1
          ? null
          : new Target(name.substring(0, colon), name.substring(colon + 1));
    }
  }

  private SshEngine(
      boolean signs, String mount, Entries entries, Vault vault, Driver driver, Leases leases) {
    this.signs = signs;
    this.mount = mount;
    this.entries = entries;
    this.vault = vault;
    this.driver = driver;
    this.leases = leases;
  }

  static SshEngine oneTimePasswords(
      String mount, Entries entries, Vault vault, Driver driver, Leases leases) {
    return new SshEngine(false, mount, entries, vault, driver, leases);
  }

  static SshEngine signatures(
      String mount, Entries entries, Vault vault, Driver driver, Leases leases) {
    return new SshEngine(true, mount, entries, vault, driver, leases);
  }

  boolean signs() {
    return signs;
  }

  @Override
  public String prefix() {
    return signs ? "ssh-sign" : "ssh-otp";
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
    String user = user(entry, role, place, limit);
    if (!isUser(user)) {
      return Optional.empty();
    }
    String key = key(role + ":" + user);
    return Optional.of(
        signs
            ? FoundCredential.of(key, user, CredentialKind.CERTIFICATE, entry.precedence())
                .labelled(user + ", by a certificate of role " + role)
                .signedOnUse()
            : FoundCredential.of(key, user, CredentialKind.PASSWORD, entry.precedence())
                .labelled(user + ", by a one-time password of role " + role));
  }

  /** A template of Vault's own ("{{identity...}}") names nobody here. */
  private static boolean isUser(String user) {
    return !user.isEmpty() && user.length() <= 60 && !user.contains("{") && !user.contains(":");
  }

  /** The account that an entry is for; empty when there is no such role, or it names none. */
  private String user(Entry entry, String role, Place place, TimeLimit limit) {
    LogicalResponse response = role(role, limit);
    if (!Driver.isThere(response)) {
      return "";
    }
    return entry.as().isPresent()
        ? entry.user(place.endpoint(), place.person()).orElse("")
        : Driver.text(response, "default_user");
  }

  private LogicalResponse role(String role, TimeLimit limit) {
    return driver.read(mount + "/roles/" + role, "looking at role '" + role + "'", limit);
  }

  /** A one-time password is good for one log-on at one address. */
  @Override
  public Lent resolve(String name, Place place, TimeLimit limit) {
    Target target = target(name, place, limit);
    String key = key(name);
    if (signs) {
      throw vault
          .faults()
          .misconfigured(
              "credential '" + key + "' is signed on use, and is not to be had otherwise",
              "resolve of a key to be signed");
    }
    leases.of(place.call().callId()).ifPresent(lease -> leases.revoke(key, lease, limit));
    Instant asked = leases.clock().instant();
    String path = mount + "/creds/" + target.role();
    Wanted wanted = new Wanted(key, path, place.call().callId(), null);
    try (JsonBody body =
        JsonBody.create().text("ip", address(place)).text("username", target.user())) {
      Ask ask =
          Ask.posting(
              path, body.written(), "getting a one-time password of role '" + target.role() + "'");
      try (Answer answer = leases.ask(ask, wanted, limit)) {
        LeaseTerms terms = leases.terms(answer, asked, wanted.callId());
        Optional<Secret> password = answer.secret("data", "key");
        if (password.isEmpty()) {
          leases.revokeUnused(wanted, terms.reference(), limit);
          throw vault.server().useless(ask, "no data.key");
        }
        if (terms.reference().isEmpty()) {
          password.get().close();
          throw leases.withoutOne(wanted);
        }
        return new Lent(Credential.password(target.user(), password.get()), terms);
      }
    }
  }

  private String address(Place place) {
    String host = place.endpoint().host();
    try {
      return InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException e) {
      throw vault
          .faults()
          .of(
              Failure.MISCONFIGURED,
              true,
              "one-time passwords are for an address, and the name " + host + " has none here",
              "host=" + host,
              e);
    }
  }

  SignedCertificate sign(SignRequest request, String name, Place place, TimeLimit limit) {
    Target target = target(name, place, limit);
    String what = "having a key signed by role '" + target.role() + "'";
    LogicalResponse response = signed(request, target, what, limit);
    String line = Driver.text(response, "signed_key").strip();
    SshCertificate certificate;
    try {
      certificate = SshCertificate.read(line);
    } catch (IllegalArgumentException e) {
      throw vault
          .server()
          .useless(
              Ask.reading(mount + "/sign/" + target.role(), what), "signed_key: " + e.getMessage());
    }
    check(certificate, request, target);
    return new SignedCertificate(
        target.user(), line, new LeaseTerms("", certificate.validBefore(), false));
  }

  /**
   * For as long as is asked for, and no longer than the role allows: Vault shortens only a time
   * that nobody named, and refuses a longer one than it allows. What the mount allows cannot be
   * read by all; a refusal tells that it is less, and then Vault chooses.
   */
  private LogicalResponse signed(SignRequest request, Target target, String what, TimeLimit limit) {
    String most = Driver.text(role(target.role(), limit), "max_ttl");
    long longest = most.matches("\\d{1,12}") ? Long.parseLong(most) : 0;
    long asked = request.until().getEpochSecond() - leases.clock().instant().getEpochSecond();
    long seconds = Math.max(1, longest > 0 ? Math.min(asked, longest) : asked);
    Map<String, Object> values = new HashMap<>();
    values.put("public_key", request.publicKey());
    values.put("valid_principals", target.user());
    values.put("cert_type", "user");
    values.put("ttl", seconds + "s");
    // Signed twice is two certificates for a key that one holder has: nothing that is owed back.
    Ask ask = new Ask("POST", "", null, false, Set.of(), what);
    AtomicBoolean tooLong = new AtomicBoolean();
    String path = mount + "/sign/" + target.role();
    try {
      return driver.write(
          path,
          values,
          ask.tolerating(400),
          (sent, answer) -> {
            if (answer.status() != 400) {
              return answer;
            }
            tooLong.set(answer.says("ttl is larger than maximum allowed"));
            try (answer) {
              throw vault.faults().refused(sent, answer);
            }
          },
          limit);
    } catch (ProviderException e) {
      if (!tooLong.get()) {
        throw e;
      }
      values.remove("ttl");
      return driver.write(path, values, ask, (sent, answer) -> answer, limit);
    }
  }

  private void check(SshCertificate certificate, SignRequest request, Target target) {
    if (!certificate.isFor(request.publicKey())) {
      throw wrong(target, "is for another key than the one that was to be signed", "other key");
    }
    // An empty list of principals would be good for every account.
    if (!certificate.principals().contains(target.user())) {
      throw wrong(
          target,
          "is not for the account '" + target.user() + "'; allow it in the role's 'allowed_users'",
          "principals=" + certificate.principals());
    }
    // OpenSSH refuses these since 8.2, with no more than "permission denied".
    if (certificate.signature().equals("ssh-rsa")) {
      throw wrong(
          target,
          "was signed with SHA-1, which SSH servers refuse; set 'algorithm_signer' of the role to"
              + " 'rsa-sha2-256'",
          "signature=ssh-rsa");
    }
  }

  private ProviderException wrong(Target target, String why, String log) {
    return vault
        .faults()
        .misconfigured("the certificate of SSH role '" + target.role() + "' " + why, log);
  }

  private Target target(String name, Place place, TimeLimit limit) {
    Target target = Target.of(name);
    if (target == null || !isUser(target.user())) {
      throw vault.faults().notFound(key(name));
    }
    entries.requireReaching(key(name), target.role(), place, vault.faults());
    boolean isFor =
        entries.all().stream()
            .filter(entry -> entry.isNamed(target.role(), place))
            .anyMatch(
                entry ->
                    entry.as().isPresent()
                        ? entry
                            .user(place.endpoint(), place.person())
                            .equals(Optional.of(target.user()))
                        : user(entry, target.role(), place, limit).equals(target.user()));
    if (!isFor) {
      throw Entries.misfit(key(name), place, vault.faults());
    }
    return target;
  }
}
