package io.postern.tck;

import static java.util.Objects.requireNonNull;

import io.postern.credential.Secret;
import io.postern.person.Person;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.CredentialProviderFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A provider and its store, as the kit needs to know them: made by a vendor for {@link
 * CredentialProviderTck#provider}.
 *
 * <p>{@link #of} says what every store has. The rest is said where the store allows it: each line
 * that is left out skips some rules, and the skipped test says which line it wants. Not safe for
 * use by several threads.
 */
public final class ProviderUnderTest {
  /** Something done to the store. */
  @FunctionalInterface
  public interface Act {
    /** Does it; an exception fails the test that wanted it. */
    void run() throws Exception;
  }

  final CredentialProviderFactory factory;
  final Settings settings;
  final Endpoint endpoint;
  final Person person;
  final List<byte[]> secrets = new ArrayList<>();
  final List<Refusal> refusals = new ArrayList<>();
  @Nullable Person colleague;
  @Nullable Endpoint elsewhere;
  @Nullable Person stranger;
  boolean forEverybody;
  boolean everywhere;
  @Nullable Act cut;
  @Nullable Act mend;
  @Nullable Act hang;
  @Nullable Act loseAnswers;
  @Nullable IntSupplier outstanding;
  @Nullable String rotated;
  Act afterwards = () -> {};
  Duration patience = Duration.ofSeconds(10);

  /** How long a call is let go on before it is to end: enough for any to be under way. */
  Duration underWay = Duration.ofMillis(300);

  /** Settings that must be refused, and what the refusals speak of. */
  record Refusal(Settings settings, List<String> mentioned) {}

  private ProviderUnderTest(
      CredentialProviderFactory factory, Settings settings, Endpoint endpoint, Person person) {
    this.factory = requireNonNull(factory, "factory");
    this.settings = requireNonNull(settings, "settings");
    this.endpoint = requireNonNull(endpoint, "endpoint");
    this.person = requireNonNull(person, "person");
  }

  /**
   * A provider whose store has at least one credential that fits.
   *
   * @param factory the plug-in
   * @param settings with which it works; the kit closes the secrets in them
   * @param endpoint where the credentials fit; give it all the kinds that the store can have, such
   *     as one that is exclusive
   * @param person whom they fit. Their secrets have eight bytes or more, that occur nowhere else:
   *     the kit looks for them in all that the provider says
   */
  public static ProviderUnderTest of(
      CredentialProviderFactory factory, Settings settings, Endpoint endpoint, Person person) {
    return new ProviderUnderTest(factory, settings, endpoint, person);
  }

  /** An endpoint that none of these credentials fit. */
  public ProviderUnderTest notAt(Endpoint other) {
    elsewhere = requireNonNull(other, "other");
    return this;
  }

  /** A person whom none of these credentials fit. */
  public ProviderUnderTest notFor(Person other) {
    stranger = requireNonNull(other, "other");
    return this;
  }

  /** This store does not tell endpoints apart: {@link #notAt} cannot be said. */
  public ProviderUnderTest sameEverywhere() {
    everywhere = true;
    return this;
  }

  /** This store does not tell people apart: {@link #notFor} cannot be said. */
  public ProviderUnderTest sameForEverybody() {
    forEverybody = true;
    return this;
  }

  /**
   * A second person whom the credentials fit; needed for exclusive ones, where the store knows
   * people by their ids. Otherwise the kit invents one in the same groups.
   */
  public ProviderUnderTest alsoFor(Person other) {
    colleague = requireNonNull(other, "other");
    return this;
  }

  /**
   * How the store is put out of reach, and back. Cutting is done before or after the provider is
   * made, mending after cutting; both are harmless when done twice.
   */
  public ProviderUnderTest cutBy(Act cutting, Act mending) {
    cut = requireNonNull(cutting, "cutting");
    mend = requireNonNull(mending, "mending");
    return this;
  }

  /** How the store is made to take what it is asked, and never answer. */
  public ProviderUnderTest hungBy(Act hanging) {
    hang = requireNonNull(hanging, "hanging");
    return this;
  }

  /**
   * How the store is made to do what it is asked, and lose its answers from then on, until it is
   * mended ({@link #cutBy}).
   */
  public ProviderUnderTest answersLostBy(Act losing) {
    loseAnswers = requireNonNull(losing, "losing");
    return this;
  }

  /**
   * How many leases and check-outs the store counts as not given back. Whoever lends under leases
   * says it: without it nothing shows that a release does anything.
   */
  public ProviderUnderTest outstanding(IntSupplier count) {
    outstanding = requireNonNull(count, "count");
    return this;
  }

  /**
   * The credential to rotate, for a provider that rotates. The kit gives a changer of passwords,
   * which such a provider may or may not need.
   *
   * @param key as found for the person at the endpoint; neither exclusive nor signed on use
   */
  public ProviderUnderTest rotating(String key) {
    rotated = requireNonNull(key, "key");
    return this;
  }

  /**
   * Settings, each of the right type, that {@link CredentialProviderFactory#validate} must refuse.
   *
   * @param wrong settings with as many faults as possible
   * @param mentioned for each fault a text that must be in what is said of it, such as a key
   */
  public ProviderUnderTest refusing(Settings wrong, String... mentioned) {
    refusals.add(new Refusal(wrong, List.of(mentioned)));
    return this;
  }

  /**
   * A further secret to look for, such as a token that the store hands out at log-on. Those in the
   * settings, and all that is resolved, are looked for anyway. The bytes are copied.
   */
  public ProviderUnderTest alsoSecret(byte[] secret) {
    secrets.add(secret.clone());
    return this;
  }

  /** As {@link #alsoSecret(byte[])}, for a test that has its secrets as texts. */
  public ProviderUnderTest alsoSecret(String secret) {
    secrets.add(secret.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** How long, in real time, the kit waits for any answer before it calls it hung; 10 s. */
  public ProviderUnderTest patience(Duration most) {
    patience = requireNonNull(most, "most");
    return this;
  }

  /** What to do when a rule has been looked at, such as stopping a server. */
  public ProviderUnderTest afterwards(Act cleaning) {
    afterwards = requireNonNull(cleaning, "cleaning");
    return this;
  }

  /** The second person, or one who is invented. */
  Person colleague() {
    return colleague == null
        ? Person.named("kit-colleague", "Kit Colleague").memberOf(person.groups()).build()
        : colleague;
  }

  OptionalInt outstandingNow() {
    return outstanding == null ? OptionalInt.empty() : OptionalInt.of(outstanding.getAsInt());
  }

  /** The secrets in the settings, as far as the factory declares them. */
  List<Secret> settingsSecrets() {
    return factory.settings().stream()
        .filter(Setting::isSecret)
        .flatMap(setting -> settings.find(setting).stream())
        .filter(Secret.class::isInstance)
        .map(Secret.class::cast)
        .toList();
  }
}
