package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** .ci/run installs, and the README lists, what the tests need. */
class RequiredProgramsTest {
  private static final Pattern NEED =
      Pattern.compile(
          "@RequiresProgram\\(\\s*value\\s*=\\s*\"([^\"]+)\",\\s*debianPackage\\s*=\\s*\"([^\"]+)\"");
  private static final Pattern INSTALLED = Pattern.compile("(?s)\nprograms='\n(.*?)\n'\n");

  @Test
  void programs_thatTestsNeed_areInstalledAndListed() {
    Set<String> needed = new TreeSet<>();
    for (Path source : PosternModules.files(PosternModules.ROOT, ".java")) {
      if (source.endsWith("RequiresProgramTest.java")) {
        continue; // needs programs that do not exist
      }
      Matcher need = NEED.matcher(PosternModules.read(source));
      while (need.find()) {
        needed.add(need.group(1) + " " + need.group(2));
      }
    }
    assertThat(needed).contains("sshd openssh-server");

    Matcher list = INSTALLED.matcher(PosternModules.read(PosternModules.ROOT.resolve(".ci/run")));
    assertThat(list.find()).isTrue();
    assertThat(list.group(1).lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactlyInAnyOrderElementsOf(needed);

    String readme = PosternModules.read(PosternModules.ROOT.resolve("README.md"));
    assertThat(needed)
        .allSatisfy(need -> assertThat(readme).contains("`" + need.split(" ")[1] + "`"));
  }
}
