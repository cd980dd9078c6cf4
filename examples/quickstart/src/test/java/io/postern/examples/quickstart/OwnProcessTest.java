package io.postern.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main method in a process of its own, as Maven runs it in its own. */
class OwnProcessTest {
  @TempDir Path folder;

  @Test
  void endsByItself() throws Exception {
    assertThat(run(Quickstart.class)).isZero();
    assertThat(said()).contains("no thread and no process is left");
  }

  /** Also no daemon: Maven, whose threads these are, would wait for it. */
  @Test
  void leavesNoThread() throws Exception {
    assertThat(run(InThreadGroup.class)).isZero();
    assertThat(said()).contains("no thread and no process is left").doesNotContain("left: ");
  }

  @Test
  void withTheCredentialInVault_leavesNoThread() throws Exception {
    try (StandInVault vault = new StandInVault()) {
      assertThat(
              run(
                  InThreadGroup.class,
                  "-Dcredentials=vault",
                  "-Dvault.address=" + vault.address(),
                  "-Dvault.token=" + StandInVault.TOKEN))
          .isZero();
      assertThat(vault.passwords()).hasSize(2);
    }
    assertThat(said()).contains("no thread and no process is left").doesNotContain("left: ");
  }

  @Test
  void withTheCredentialInAws_leavesNoThread() throws Exception {
    try (StandInAws aws = new StandInAws()) {
      assertThat(run(InThreadGroup.class, "-Dcredentials=aws", "-Daws.endpoint=" + aws.address()))
          .isZero();
      assertThat(aws.passwords()).hasSize(2);
    }
    assertThat(said()).contains("no thread and no process is left").doesNotContain("left: ");
  }

  /** What a person sees who named a Vault that is not there: no trace, and no secret. */
  @Test
  void aVaultThatIsNotThere_isSaidInWords() throws Exception {
    StandInVault gone = new StandInVault();
    gone.close();
    assertThat(
            run(
                Quickstart.class,
                "-Dcredentials=vault",
                "-Dvault.address=" + gone.address(),
                "-Dvault.token=" + StandInVault.TOKEN))
        .isNotZero();
    assertThat(said())
        .contains("The story ends early: CREDENTIAL_UNAVAILABLE", gone.address())
        .doesNotContain("\tat ")
        .doesNotContain(StandInVault.TOKEN);
  }

  @Test
  void aFault_isSaidInWords_andIsFailure() throws Exception {
    assertThat(run(Quickstart.class, "-Dhost=127.0.0.1")).isNotZero();
    assertThat(said())
        .contains("The story ends early: SETTINGS_INVALID", "there is no terminal", "-Dkey=path")
        .doesNotContain("\tat ");
  }

  private int run(Class<?> main, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dquickstart.target=" + folder.resolve("story")));
    command.addAll(List.of(options));
    command.add(main.getName());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends by itself").isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private String said() throws Exception {
    return Files.readString(folder.resolve("said"), UTF_8);
  }
}
