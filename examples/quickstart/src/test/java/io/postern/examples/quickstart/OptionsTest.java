package io.postern.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
  private static List<String> faults(boolean terminal, String... options) {
    PosternException refused =
        catchThrowableOfType(
            PosternException.class, () -> Options.of(Given.options(options), terminal));
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.code()).isEqualTo(ErrorCode.SETTINGS_INVALID);
    return refused.faults();
  }

  @Test
  void nothingSaid_isTheExamplesOwnServer() {
    Options options = Options.of(Given.options(), false);
    assertThat(options.host()).isEmpty();
    assertThat(options.folder()).isEqualTo(Path.of("target/quickstart"));
  }

  @Test
  void aHostAlone_isPort22AndWhoeverRunsIt() {
    Options options = Options.of(Given.options("host=db.example.org"), true);
    assertThat(options.port()).isEqualTo(22);
    assertThat(options.user()).isEqualTo(System.getProperty("user.name"));
  }

  @Test
  void aKeyInTheHomeDirectory_isFoundThere() {
    assertThat(faults(true, "host=db.example.org", "key=~/no/such/key"))
        .singleElement()
        .asString()
        .contains(Path.of(System.getProperty("user.home"), "no/such/key").toString());
  }

  @ParameterizedTest
  @CsvSource({
    "port=0, -Dport",
    "port=65536, -Dport",
    "port=ssh, -Dport",
    "'user= ', -Duser",
    "key=/no/such/key, -Dkey",
    "password=x, can be read by others",
    "username=x, -Duser",
    "host=maya@db, -Duser"
  })
  void whatCannotBeMeant_isRefusedWithWhatToDo(String option, String saying) {
    assertThat(faults(true, "host=db.example.org", option))
        .singleElement()
        .asString()
        .contains(saying);
  }

  @Test
  void aPasswordGivenByMistake_isNotRepeated() {
    assertThat(faults(true, "password=s3cret").toString()).doesNotContain("s3cret");
  }

  @Test
  void allThatIsWrong_isSaidAtOnce() {
    assertThat(faults(false, "port=x", "user=maya", "password=x")).hasSize(4);
  }

  @Test
  void withoutATerminal_aPasswordCannotBeAskedFor() {
    assertThat(faults(false, "host=db.example.org")).singleElement().asString().contains("-Dkey");
  }
}
