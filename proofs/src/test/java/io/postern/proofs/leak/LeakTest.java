package io.postern.proofs.leak;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.testing.Canary;
import io.postern.testing.Proof;
import io.postern.testing.RequiresProgram;
import io.postern.testing.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Secrets through the whole flow, then a search for them wherever an attacker or an administrator
 * would look: the subject's memory and heap five seconds after its log-ons, and all that it has
 * written. A second run leaks on purpose, in each place, and must be caught at each.
 */
@Isolated("it looks for secrets in all of this process\'s memory")
class LeakTest {
  /** Where a leak is planted. The last two come by command line and environment. */
  static final List<String> PLANTED =
      List.of(
          "heap dump",
          "memory",
          "log",
          "output",
          "errors",
          "database",
          "recordings",
          "report",
          "credential file");

  /**
   * What must be there as long as Postern is open: the passphrase of the credential file, outside
   * the heap, in the settings of the provider, which opens the file anew when others have changed
   * its key (decision record 0901).
   */
  private static final Map<String, Integer> HELD =
      Map.of(
          "passphrase of the file (raw)", 1,
          "passphrase of the file (beginning)", 1,
          "passphrase of the file (middle)", 1);

  @TempDir Path directory;

  @Test
  @Rule({"INJ-1", "LOG-4", "REC-3"})
  @RequiresProgram(value = "ssh-keygen", debianPackage = "openssh-client")
  void wholeFlow_leavesNoSecretAnywhere() throws Exception {
    try (Search search = Search.begin(directory, List.of())) {
      Map<String, Map<String, Integer>> found = search.through();

      assertThat(search.scanned()).as("bytes that were looked at").isGreaterThan(100_000_000);
      int places = found.size();
      // Else nothing was shown that had to be left out.
      assertThat(search.transcripts()).as("what stands in place of secrets").contains("********");
      for (String place : List.of("memory", "memory at the end")) {
        if (Proof.canReadMemoryOf(search.subject())) {
          assertThat(found.remove(place)).as("secrets in: " + place).isEqualTo(HELD);
        }
      }
      found.forEach((sink, leaks) -> assertThat(leaks).as("secrets in: " + sink).isEmpty());
      System.out.printf(
          "LeakTest: %d secrets in %d forms, %d places, %d MB looked at: 0 found%n",
          search.secrets(), search.forms(), places, search.scanned() >> 20);
      // Last, so that the other places are looked at on any machine.
      Proof.goesOnWhereMemoryCanBeReadOf(search.subject());
    }
  }

  @Test
  @RequiresProgram(value = "ssh-keygen", debianPackage = "openssh-client")
  void plantedLeaks_areFoundInEveryPlace() throws Exception {
    List<Canary> plants = new ArrayList<>(PLANTED.stream().map(Canary::text).toList());
    plants.add(Canary.ascii("command line"));
    plants.add(Canary.ascii("environment"));
    try (Search search = Search.begin(directory, plants)) {
      Map<String, Map<String, Integer>> found = search.through();

      boolean readable = Proof.canReadMemoryOf(search.subject());
      for (Canary plant : plants) {
        if (readable || !plant.name().equals("memory")) {
          assertThat(found).containsKey(plant.name());
          assertThat(found.get(plant.name()).keySet())
              .as("found in: " + plant.name())
              .anyMatch(leak -> leak.startsWith(plant.name() + " ("));
        }
      }
      Proof.goesOnWhereMemoryCanBeReadOf(search.subject());
    }
  }
}
