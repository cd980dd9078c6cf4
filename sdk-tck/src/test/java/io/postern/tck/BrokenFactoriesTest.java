package io.postern.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Secret;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Each thing that a factory can do wrong is caught by the rule it breaks, and by no other. */
@Rule("ECM-12")
class BrokenFactoriesTest {
  @Test
  void another_identity_each_time() {
    AtomicInteger asked = new AtomicInteger();
    Outcome outcome =
        Fault.inFactory(
            store ->
                new MemoryFactory(store) {
                  @Override
                  public PluginIdentity identity() {
                    return PluginIdentity.of("memory", "1." + asked.incrementAndGet());
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-ID-1");
  }

  @Test
  void a_name_that_ServiceLoader_does_not_find() {
    Outcome outcome =
        Fault.inFactory(
            store ->
                new MemoryFactory(store) {
                  @Override
                  public PluginIdentity identity() {
                    return PluginIdentity.of("unlisted", "1.0");
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-ID-2");
  }

  @Test
  void two_settings_with_one_key() {
    Outcome outcome =
        Fault.inFactory(
            store ->
                new MemoryFactory(store) {
                  @Override
                  public List<Setting<?>> settings() {
                    return List.of(REALM, USER, TOKEN, Setting.text("realm", "once more"));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-SET-1");
  }

  @Test
  void a_setting_without_help_is_a_SHOULD() {
    Outcome outcome =
        Fault.inFactory(
            store ->
                new MemoryFactory(store) {
                  @Override
                  public List<Setting<?>> settings() {
                    return List.of(REALM, USER, TOKEN, Setting.text("tenant", ""));
                  }
                });
    assertThat(outcome.broken()).isEmpty();
    assertThat(outcome.rules()).containsExactly("CP-SET-2");
  }

  @Test
  void validation_that_stops_at_the_first_fault() {
    Outcome outcome =
        Fault.inFactory(
            store ->
                new MemoryFactory(store) {
                  @Override
                  public List<String> validate(Settings settings) {
                    return super.validate(settings).stream().limit(1).toList();
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-VAL-1");
    assertThat(outcome.broken().get("CP-VAL-1"))
        .contains("nothing speaks of 'user'")
        .contains("Look at: collect what is wrong in a list");
  }

  @Test
  void validation_that_throws() {
    Outcome outcome =
        Fault.inFactory(
            store ->
                new MemoryFactory(store) {
                  @Override
                  public List<String> validate(Settings settings) {
                    List<String> faults = super.validate(settings);
                    if (!faults.isEmpty()) {
                      throw new IllegalArgumentException(faults.get(0));
                    }
                    return faults;
                  }

                  @Override
                  public CredentialProvider create(Settings settings, PluginContext context) {
                    return provider(settings, context);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-VAL-1");
  }

  @Test
  void good_settings_refused() {
    Outcome outcome =
        Fault.inFactory(
            store ->
                new MemoryFactory(store) {
                  @Override
                  public List<String> validate(Settings settings) {
                    List<String> faults = new ArrayList<>(super.validate(settings));
                    faults.add("setting 'tenant' is missing");
                    return faults;
                  }

                  @Override
                  public CredentialProvider create(Settings settings, PluginContext context) {
                    return super.validate(settings).isEmpty()
                        ? provider(settings, context)
                        : super.create(settings, context);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-VAL-2", "CP-VAL-3");
  }

  @Test
  void validation_that_asks_the_store() {
    Outcome outcome =
        Fault.inFactory(
            store ->
                new MemoryFactory(store) {
                  @Override
                  public List<String> validate(Settings settings) {
                    try {
                      return store.exchange(Duration.ZERO, () -> super.validate(settings));
                    } catch (Exception e) {
                      return List.of("the store cannot be reached");
                    }
                  }

                  @Override
                  public CredentialProvider create(Settings settings, PluginContext context) {
                    return super.validate(settings).isEmpty()
                        ? provider(settings, context)
                        : super.create(settings, context);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-VAL-3");
  }

  @Test
  void creation_that_connects() {
    Outcome outcome =
        Fault.in(
            (store, clock) -> {
              MemoryProvider made = new MemoryProvider(store, clock);
              made.asked(Duration.ofSeconds(1), () -> "connected");
              return made;
            });
    assertThat(outcome.rules()).containsExactly("CP-CREATE-1");
  }

  @Test
  void creation_that_refuses_in_its_own_words() {
    Outcome outcome =
        Fault.inFactory(
            store ->
                new MemoryFactory(store) {
                  @Override
                  public CredentialProvider create(Settings settings, PluginContext context) {
                    if (!validate(settings).isEmpty()) {
                      throw new IllegalStateException("cannot");
                    }
                    return provider(settings, context);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-CREATE-3");
  }

  @Test
  void one_instance_for_all() {
    List<CredentialProvider> only = new ArrayList<>();
    Outcome outcome =
        Fault.inFactory(
            store -> {
              only.clear();
              return new MemoryFactory(store) {
                @Override
                CredentialProvider provider(Settings settings, PluginContext context) {
                  if (only.isEmpty()) {
                    only.add(super.provider(settings, context));
                  }
                  return only.get(0);
                }
              };
            });
    assertThat(outcome.rules()).containsExactly("CP-CREATE-2");
  }

  @Test
  void a_connection_that_instances_share() {
    Outcome outcome =
        Fault.inFactory(
            store -> {
              MemoryProvider shared = new MemoryProvider(store, new KitClock());
              return new MemoryFactory(store) {
                @Override
                CredentialProvider provider(Settings settings, PluginContext context) {
                  return new MemoryProvider(store, context.clock()) {
                    @Override
                    public List<FoundCredential> find(FindRequest request) {
                      shared.asked(Duration.ofSeconds(1), () -> "still open?");
                      return super.find(request);
                    }

                    @Override
                    public void close() {
                      shared.close();
                      super.close();
                    }
                  };
                }
              };
            });
    assertThat(outcome.rules()).containsExactly("CP-CREATE-2");
  }

  @Test
  void an_instance_that_closes_the_secrets_of_its_settings() {
    Outcome outcome =
        Fault.in(
            (store, settings, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public void close() {
                    settings.find(MemoryFactory.TOKEN).ifPresent(Secret::close);
                    super.close();
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-CREATE-4");
  }
}
