package io.postern.tck;

import io.postern.credential.Secret;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Identity, settings, validation, and how instances are made. */
final class FactoryChecks {
  private FactoryChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.ID_1, "it is the same plug-in each time", FactoryChecks::identity),
        new Check(SpiRule.ID_2, "ServiceLoader finds the factory", FactoryChecks::found),
        new Check(SpiRule.SET_1, "its settings have distinct keys", FactoryChecks::settings),
        new Check(SpiRule.SET_2, "each setting has a help text", FactoryChecks::help),
        new Check(SpiRule.VAL_1, "all faults are named at once", FactoryChecks::allFaults),
        new Check(SpiRule.VAL_2, "good settings are accepted", FactoryChecks::goodSettings),
        new Check(SpiRule.VAL_3, "validating needs no store", FactoryChecks::validateCut),
        new Check(SpiRule.CREATE_1, "creating needs no store", FactoryChecks::createCut),
        new Check(SpiRule.CREATE_2, "instances share nothing", FactoryChecks::instances),
        new Check(SpiRule.CREATE_3, "wrong settings are MISCONFIGURED", FactoryChecks::createWrong),
        new Check(SpiRule.CREATE_4, "secrets in settings stay open", FactoryChecks::secretsStay));
  }

  private static void identity(Subject subject) {
    PluginIdentity one = subject.under.factory.identity();
    PluginIdentity other = subject.under.factory.identity();
    if (one == null || !one.equals(other)) {
      throw new RuleBroken(SpiRule.ID_1, "identity returned " + one + ", then " + other);
    }
    if (one.spiVersion() > PluginIdentity.SPI_VERSION) {
      throw new RuleBroken(
          SpiRule.ID_1,
          "it says SPI version " + one.spiVersion() + "; there is " + PluginIdentity.SPI_VERSION);
    }
  }

  private static void found(Subject subject) {
    ClassLoader loader = subject.under.factory.getClass().getClassLoader();
    String name = subject.under.factory.identity().name();
    try {
      boolean listed =
          ServiceLoader.load(CredentialProviderFactory.class, loader).stream()
              .anyMatch(one -> one.get().identity().name().equals(name));
      if (!listed) {
        throw new RuleBroken(SpiRule.ID_2, "ServiceLoader found no plug-in named '" + name + "'");
      }
    } catch (ServiceConfigurationError e) {
      throw new RuleBroken(SpiRule.ID_2, "ServiceLoader failed with: " + e.getMessage(), e);
    }
  }

  private static void settings(Subject subject) {
    List<Setting<?>> settings = subject.under.factory.settings();
    if (settings == null || settings.stream().anyMatch(one -> one == null)) {
      throw new RuleBroken(SpiRule.SET_1, "settings returned a null, or a list with one");
    }
    List<String> keys = keys(settings);
    if (new HashSet<>(keys).size() < keys.size()) {
      throw new RuleBroken(SpiRule.SET_1, "a key occurs twice in " + keys);
    }
    List<String> again = keys(subject.under.factory.settings());
    if (!again.equals(keys)) {
      throw new RuleBroken(SpiRule.SET_1, "settings returned " + keys + ", then " + again);
    }
  }

  private static List<String> keys(List<Setting<?>> settings) {
    List<String> keys = new ArrayList<>();
    settings.forEach(one -> keys.add(one.key()));
    return keys;
  }

  private static void help(Subject subject) {
    for (Setting<?> one : subject.under.factory.settings()) {
      if (one.help().isBlank()) {
        throw new RuleBroken(SpiRule.SET_2, "setting '" + one.key() + "' has no help text");
      }
    }
  }

  private static void allFaults(Subject subject) {
    Wanted.said(subject.under.refusals.isEmpty() ? null : "", "refusing");
    for (ProviderUnderTest.Refusal refusal : subject.under.refusals) {
      List<String> faults = validate(subject, refusal.settings(), SpiRule.VAL_1);
      if (faults.isEmpty()) {
        throw new RuleBroken(SpiRule.VAL_1, "validate found no fault in " + refusal.settings());
      }
      for (String mention : refusal.mentioned()) {
        if (faults.stream().noneMatch(fault -> fault.contains(mention))) {
          throw new RuleBroken(SpiRule.VAL_1, "nothing speaks of '" + mention + "' in " + faults);
        }
      }
    }
  }

  private static List<String> validate(Subject subject, Settings settings, SpiRule rule) {
    List<String> faults;
    try {
      faults = subject.under.factory.validate(settings);
    } catch (RuntimeException e) {
      subject.leaks.heard(SpiRule.LEAK_2, "what validate threw", e);
      throw new RuleBroken(rule, "validate threw " + e.getClass().getName(), e);
    }
    if (faults == null) {
      throw new RuleBroken(rule, "validate returned null");
    }
    faults.forEach(fault -> subject.leaks.heard(SpiRule.LEAK_4, "a fault of validate", fault));
    return faults;
  }

  private static void goodSettings(Subject subject) {
    List<String> faults =
        new ArrayList<>(subject.under.settings.faults(subject.under.factory.settings()));
    faults.addAll(validate(subject, subject.under.settings, SpiRule.VAL_2));
    if (!faults.isEmpty()) {
      throw new RuleBroken(SpiRule.VAL_2, "the settings of this test are refused: " + faults);
    }
  }

  private static void validateCut(Subject subject) throws Exception {
    Wanted.cut(subject);
    TimedCall<List<String>> timed =
        TimedCall.start(() -> subject.under.factory.validate(subject.under.settings));
    if (!timed.endsWithin(subject.under.patience)) {
      throw new RuleBroken(
          SpiRule.VAL_3, "without the store validate hangs; " + timed.whereabouts());
    }
    if (timed.thrown() != null || !timed.returned().isEmpty()) {
      throw new RuleBroken(
          SpiRule.VAL_3, "without the store validate does not accept good settings");
    }
  }

  private static void createCut(Subject subject) throws Exception {
    Wanted.cut(subject);
    subject.make();
  }

  private static void instances(Subject subject) throws Exception {
    CredentialProvider one = subject.provider();
    CredentialProvider other = subject.make();
    if (one == other) {
      throw new RuleBroken(SpiRule.CREATE_2, "create returned the same instance twice");
    }
    List<String> before =
        Wanted.keys(subject.find(one, subject.under.person, subject.under.endpoint, ""));
    other.close();
    List<String> after =
        subject
            .ask(
                SpiRule.CREATE_2,
                "find, after another instance was closed,",
                () -> one.find(FindChecks.request(subject)))
            .stream()
            .map(found -> found.key())
            .toList();
    if (!before.equals(after)) {
      throw new RuleBroken(
          SpiRule.CREATE_2, "closing one instance changed what another finds, to " + after);
    }
  }

  private static void createWrong(Subject subject) throws Exception {
    Wanted.said(subject.under.refusals.isEmpty() ? null : "", "refusing");
    for (ProviderUnderTest.Refusal refusal : subject.under.refusals) {
      TimedCall<CredentialProvider> timed =
          TimedCall.start(
              () -> subject.under.factory.create(refusal.settings(), subject.context()));
      if (!timed.endsWithin(subject.under.patience)) {
        throw new RuleBroken(SpiRule.CREATE_1, "create hangs; " + timed.whereabouts());
      }
      Throwable thrown = timed.thrown();
      if (thrown == null) {
        timed.returned().close(); // Postern would not have asked: validate refuses these.
        continue;
      }
      subject.leaks.heard(SpiRule.LEAK_2, "what create threw", thrown);
      if (!(thrown instanceof ProviderException failure)
          || failure.failure() != Failure.MISCONFIGURED) {
        throw new RuleBroken(SpiRule.CREATE_3, "create threw " + thrown, thrown);
      }
    }
  }

  private static void secretsStay(Subject subject) throws Exception {
    List<Secret> secrets = subject.under.settingsSecrets();
    subject.found();
    subject.provider().close();
    if (secrets.stream().anyMatch(Secret::isClosed)) {
      throw new RuleBroken(SpiRule.CREATE_4, "a secret of the settings was closed");
    }
  }
}
