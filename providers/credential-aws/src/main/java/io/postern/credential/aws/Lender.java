package io.postern.credential.aws;

import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.json.JsonException;
import java.text.Normalizer;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says who may have which secret, and makes a credential of its value. */
final class Lender {
  private static final Comparator<FoundCredential> CLOSEST_FIRST =
      Comparator.comparing(FoundCredential::precedence)
          .thenComparing(FoundCredential::label)
          .thenComparing(FoundCredential::username)
          .thenComparing(FoundCredential::key);

  /** What Postern takes for a key. A secret's name may be longer. */
  private static final int LONGEST_KEY = 200;

  private final SecretsService service;
  private final Faults faults;
  private final String usualStage;

  Lender(SecretsService service, Faults faults, String usualStage) {
    this.service = service;
    this.faults = faults;
    this.usualStage = usualStage;
  }

  CandidateKey parse(String key) {
    return CandidateKey.parse(key, usualStage);
  }

  List<FoundCredential> find(FindRequest request, TimeLimit limit) {
    String search = folded(request.search());
    return service.list(limit).stream()
        .filter(secret -> !secret.deleted())
        .flatMap(secret -> offers(secret, request.endpoint(), request.call().person()).stream())
        .filter(
            found ->
                folded(found.username()).contains(search) || folded(found.label()).contains(search))
        .sorted(CLOSEST_FIRST)
        .toList();
  }

  private static String folded(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  private List<FoundCredential> offers(StoredSecret secret, Endpoint endpoint, Person person) {
    Terms terms = Terms.of(secret);
    if (!terms.fits(endpoint) || !terms.fits(person)) {
      return List.of();
    }
    CredentialKind kind = kind(secret, terms);
    return terms.stages(usualStage).stream()
        // A listing may lag behind by minutes, and may leave the stages out.
        .filter(stage -> secret.stages().isEmpty() || secret.version(stage).isPresent())
        .map(stage -> found(secret, terms, kind, stage))
        .toList();
  }

  private FoundCredential found(
      StoredSecret secret, Terms terms, CredentialKind kind, String stage) {
    String key = new CandidateKey(secret.name(), stage).text(usualStage);
    if (key.length() > LONGEST_KEY) {
      throw faults.unusable(
          secret.name(), "its name has more than " + LONGEST_KEY + " characters; give it another");
    }
    String username = username(secret, terms);
    if (username.isBlank()) {
      throw faults.unusable(
          secret.name(), "its name ends with a slash; tag it with postern:username");
    }
    String label = terms.label().orElse(secret.name());
    return FoundCredential.of(key, username, kind, terms.precedence())
        .labelled(stage.equals(usualStage) ? label : label + " (" + stage + ")");
  }

  /** Whose account it is, as far as can be known without its value. */
  private static String username(StoredSecret secret, Terms terms) {
    String name = secret.name();
    return terms.username().orElseGet(() -> name.substring(name.lastIndexOf('/') + 1));
  }

  Credential resolve(ResolveRequest request, TimeLimit limit) {
    CandidateKey key = parse(request.key());
    StoredSecret stored = service.describe(key.name(), limit);
    Terms terms = fitting(stored, request.endpoint());
    Person person = request.call().person();
    if (!terms.fits(person)) {
      throw faults.denied(
          "secret '" + key.name() + "' is not for " + person.name() + "; choose one that is",
          "tags of " + key.name() + " name other people");
    }
    if (!terms.stages(usualStage).contains(key.stage())) {
      throw faults.denied(
          "version stage "
              + key.stage()
              + " of secret '"
              + key.name()
              + "' is not offered; its tag '"
              + Terms.PREFIX
              + "stages' says which are",
          "stage=" + key.stage());
    }
    try (StoredValue value = service.value(key.name(), key.stage(), limit);
        Shape shape = shape(stored, terms, value)) {
      return credential(stored, terms, shape);
    }
  }

  /**
   * What a secret's tags say.
   *
   * @throws io.postern.spi.credential.ProviderException DENIED when it is for other endpoints
   */
  Terms fitting(StoredSecret stored, Endpoint endpoint) {
    Terms terms = Terms.of(stored);
    if (!terms.fits(endpoint)) {
      throw faults.denied(
          "secret '" + stored.name() + "' is not for " + endpoint.name() + "; choose one that is",
          "tags of " + stored.name() + " name other endpoints, or none");
    }
    kind(stored, terms);
    return terms;
  }

  private CredentialKind kind(StoredSecret stored, Terms terms) {
    Optional<CredentialKind> kind = terms.kind();
    if (kind.isEmpty() || !terms.faults().isEmpty()) {
      throw faults.unusable(stored.name(), String.join("; ", terms.faults()));
    }
    return kind.get();
  }

  /** What is in a value; the caller closes it. */
  Shape shape(StoredSecret stored, Terms terms, StoredValue value) {
    CredentialKind kind = kind(stored, terms);
    Shape shape;
    try {
      shape = Shape.of(value.content(), kind, terms.isPlain());
    } catch (JsonException e) {
      throw faults.unusable(
          stored.name(),
          "it begins like a JSON object and is none that can be used ("
              + e.getMessage()
              + "); mend it, or tag it '"
              + Terms.PREFIX
              + "format' = 'plain' when all of it is the secret");
    }
    Optional<String> missing = shape.missing(kind);
    if (missing.isPresent()) {
      shape.close();
      throw faults.unusable(stored.name(), missing.get() + ", which its kind " + kind + " needs");
    }
    return shape;
  }

  /** The credential in a value; its secrets go over to the caller. */
  Credential credential(StoredSecret stored, Terms terms, Shape shape) {
    Optional<String> tagged = terms.username();
    Optional<String> inside = shape.username();
    if (tagged.isPresent() && inside.isPresent() && !tagged.equals(inside)) {
      throw faults.unusable(
          stored.name(),
          "its tag says that it is for user '"
              + tagged.get()
              + "' and its value says '"
              + inside.get()
              + "'; make them the same");
    }
    String username = inside.or(() -> tagged).orElseGet(() -> username(stored, terms));
    if (username.isBlank() || username.length() > 256) {
      throw faults.unusable(stored.name(), "its user name is empty, or has more than 256 letters");
    }
    try {
      return shape.credential(kind(stored, terms), username);
    } catch (IllegalArgumentException e) {
      throw faults.unusable(stored.name(), String.valueOf(e.getMessage()));
    }
  }
}
