package io.postern.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.ErrorCode;
import io.postern.Refusal;
import io.postern.credential.Secret;
import io.postern.testing.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final Setting<Path> FILE = Setting.path("file", "Where it lies.").required();
  private static final Setting<Integer> TRIES =
      Setting.number("tries", 1, 10, "How often.").orElse("3");
  private static final Setting<Duration> PATIENCE = Setting.duration("patience", "How long.");
  private static final Setting<Boolean> STRICT = Setting.flag("strict", "Whether.");
  private static final Setting<Secret> KEY = Setting.secret("key", "Opens it.");
  private static final List<Setting<?>> ALL = List.of(FILE, TRIES, PATIENCE, STRICT, KEY);

  @Test
  void values_areReadByTheirType_orAreTheDefault() {
    Settings settings =
        Settings.with("file", Path.of("a")).and("patience", "PT5S").and("strict", true);
    assertThat(settings.faults(ALL)).isEmpty();
    assertThat(settings.get(FILE)).isEqualTo(Path.of("a"));
    assertThat(settings.get(TRIES)).isEqualTo(3);
    assertThat(settings.get(PATIENCE)).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.get(STRICT)).isTrue();
    assertThat(settings.find(KEY)).isEmpty();
    Refusal.of(ErrorCode.SETTINGS_INVALID, () -> settings.get(KEY));
  }

  @Test
  @Rule("ECM-3")
  void faults_namesAllAtOnce_withTheNearestKey() {
    Settings settings =
        Settings.with("tries", 11)
            .and("patience", "PT0S")
            .and("strict", "yes")
            .and("key", "typed")
            .and("fiel", "a")
            .and("entirely-else", "b");
    assertThat(settings.faults(ALL))
        .satisfiesExactly(
            fault -> assertThat(fault).contains("'file' is missing", "Where it lies."),
            fault -> assertThat(fault).contains("'tries' is not of its type", "1 to 10"),
            fault -> assertThat(fault).contains("'patience' is not of its type, duration"),
            fault -> assertThat(fault).contains("'strict' is not of its type, true or false"),
            fault -> assertThat(fault).contains("'key' must be given as a Secret"),
            fault -> assertThat(fault).contains("'entirely-else'", "known are file, tries"),
            fault -> assertThat(fault).contains("'fiel'", "did you mean 'file'?"));
  }

  @Test
  void aSecret_whereATextIsMeant_isAFault() {
    try (Secret secret = Secret.takeFrom("hunter2".toCharArray())) {
      assertThat(Settings.with("file", secret).faults(ALL))
          .singleElement()
          .asString()
          .contains("not a Secret");
    }
  }

  @Test
  @Rule("ECM-3")
  void secrets_areNeverPrinted_evenWhenGivenAsAText() {
    try (Secret secret = Secret.takeFrom("hunter2".toCharArray())) {
      Settings settings = Settings.with("key", secret).and("file", "a");
      assertThat(settings.toString()).isEqualTo("Settings[file, key]");
      assertThat(settings.get(KEY).sameAs(secret)).isTrue();
    }
    Settings mistaken = Settings.with("key", "hunter2");
    assertThat(mistaken.toString()).doesNotContain("hunter2");
    assertThat(mistaken.faults(ALL).toString()).doesNotContain("hunter2");
  }

  @Test
  @Rule("ECM-3")
  void aPassword_underAWrongOrMistypedKey_isNeverPrinted() {
    Settings mistaken =
        Settings.with("kye", "hunter2")
            .and("tries", "hunter2")
            .and("patience", "hunter2")
            .and("strict", "hunter2")
            .and("file", "hunter2\0");
    assertThat(mistaken.faults(ALL))
        .hasSize(5)
        .anyMatch(fault -> fault.contains("did you mean 'key'? That one is given as a Secret"))
        .noneMatch(fault -> fault.contains("hunter2"));
    for (Setting<?> setting : List.of(TRIES, PATIENCE, STRICT, FILE)) {
      assertThat(Refusal.of(ErrorCode.SETTINGS_INVALID, () -> mistaken.get(setting)))
          .hasMessageNotContaining("hunter2")
          .hasNoCause();
    }
  }

  @Test
  void closeSecrets_closesThem() {
    Secret secret = Secret.takeFrom(new byte[] {1});
    Settings.with("key", secret).closeSecrets();
    assertThat(secret.isClosed()).isTrue();
  }

  @Test
  void and_leavesTheOriginalAlone_andReplacesTheSameKey() {
    Map<String, String> map = new HashMap<>(Map.of("file", "a"));
    Settings first = Settings.of(map);
    map.put("file", "changed");
    assertThat(first.and("file", "b").get(FILE)).isEqualTo(Path.of("b"));
    assertThat(first.get(FILE)).isEqualTo(Path.of("a"));
  }

  @Test
  void get_ofAValueOfAnotherType_isRefused() {
    Refusal.of(ErrorCode.SETTINGS_INVALID, () -> Settings.with("tries", "many").get(TRIES));
  }

  @Test
  void declaring_aDefaultThatIsNone_fails() {
    assertThatThrownBy(() -> TRIES.orElse("0")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KEY.orElse("x")).isInstanceOf(IllegalArgumentException.class);
    assertThat(TRIES.required().defaultValue()).isEmpty();
  }
}
