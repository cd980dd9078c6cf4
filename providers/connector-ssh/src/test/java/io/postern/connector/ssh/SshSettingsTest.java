package io.postern.connector.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.Settings;
import io.postern.spi.connector.ConnectorFactory;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** What the factory says of itself and of its settings. */
class SshSettingsTest {
  private final SshConnectorFactory factory = new SshConnectorFactory();

  @Test
  void factory_isFoundAndNamedSsh() {
    assertThat(ServiceLoader.load(ConnectorFactory.class, getClass().getClassLoader()))
        .extracting(found -> found.identity().name())
        .contains("ssh");
  }

  @Test
  void defaults_areWithoutFault_andEverySettingHasHelp() {
    assertThat(factory.validate(Settings.none())).isEmpty();
    assertThat(Settings.none().faults(factory.settings())).isEmpty();
    assertThat(factory.settings())
        .allMatch(setting -> !setting.help().isBlank() && setting.defaultValue().isPresent());
  }

  @Test
  void validate_keepAliveThatFindsNobodyIn30Seconds_isAFaultWithBothValues() {
    assertThat(factory.validate(Settings.with("keep-alive", "PT20S")))
        .singleElement()
        .asString()
        .contains("PT20S", "3", "PT30S");
  }

  @Test
  void validate_limitsBeyondAnHour_areFaults() {
    assertThat(
            factory.validate(
                Settings.with("connect-timeout", "PT2H").and("answer-timeout", "PT3H")))
        .hasSize(2);
  }
}
