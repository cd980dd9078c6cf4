package io.postern.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may change a file. The disk is real, but for what is pretended of single files. */
@Rule("ECM-2")
class AccessTest {
  private static final int STRANGER = 4711;
  private static final int FILE = 0100000;
  private static final int FOLDER = 0040000;

  @TempDir Path temporary;

  private final Pretended disk = new Pretended();
  private Path folder;
  private Path file;

  /** What would take an administrator, or a second user, to make true. */
  private static final class Pretended implements Ownership {
    private final Ownership real = new OnDisk();
    private final Map<Path, Rights> rights = new HashMap<>();
    private final Map<Path, String> groups = new HashMap<>();

    private void forget() {
      rights.clear();
      groups.clear();
    }

    @Override
    public Rights of(Path path) throws IOException {
      return rights.containsKey(path) ? rights.get(path) : real.of(path);
    }

    @Override
    public String user(Path path) throws IOException {
      return rights.containsKey(path) ? "user-" + rights.get(path).user() : real.user(path);
    }

    @Override
    public String group(Path path) throws IOException {
      return groups.containsKey(path) ? groups.get(path) : real.group(path);
    }
  }

  @BeforeEach
  void make() throws IOException {
    folder = Files.createDirectories(temporary.toRealPath().resolve("deep/down"));
    file = Files.createFile(folder.resolve("plugin.jar"));
  }

  private List<String> faults(Path... paths) throws IOException {
    return new Access(disk, OptionalInt.empty()).faults(List.of(paths));
  }

  private List<Path> wayTo(Path path) {
    List<Path> way = new ArrayList<>();
    for (Path one = path; one != null; one = one.getParent()) {
      way.add(one);
    }
    return way;
  }

  private void pretend(Path path, int user, int mode) {
    disk.rights.put(path, new Ownership.Rights(user, mode));
  }

  private void pretend(Path path, int user, int mode, String group) {
    pretend(path, user, mode);
    disk.groups.put(path, group);
  }

  private static int own(Path path) throws IOException {
    return new Ownership.OnDisk().of(path).user();
  }

  @Test
  void ourOwn_inATemporaryFolder_isOurs() throws IOException {
    assertThat(faults(file, folder)).isEmpty();
    assertThat(faults(Path.of("/"))).isEmpty();
  }

  @Test
  void whatBelongsToSomebodyElse_isFound_whereverOnTheWayItIs() throws IOException {
    for (Path one : wayTo(file)) {
      disk.forget();
      pretend(one, STRANGER, (one.equals(file) ? FILE : FOLDER) | 0755);
      assertThat(faults(file))
          .containsExactly(
              one
                  + " belongs to 'user-4711', who is neither root nor this process's user (chown"
                  + " root "
                  + one
                  + ")");
    }
  }

  @Test
  void whatBelongsToRoot_isNobodyElses() throws IOException {
    for (Path one : wayTo(file)) {
      pretend(one, 0, (one.equals(file) ? FILE : FOLDER) | 0755);
    }
    assertThat(new Access(disk, OptionalInt.of(STRANGER)).faults(List.of(file))).isEmpty();
  }

  @Test
  void whatEverybodyMayChange_isFound_whereverOnTheWayItIs() throws IOException {
    for (Path one : wayTo(file)) {
      disk.forget();
      pretend(one, 0, (one.equals(file) ? FILE : FOLDER) | 0757);
      assertThat(faults(file))
          .containsExactly(
              one + " may be changed by everybody on this machine (chmod o-w " + one + ")");
    }
  }

  @Test
  void whatAGroupMayChange_isFound_butForTheOwnersOwnGroup() throws IOException {
    for (Path one : wayTo(file)) {
      disk.forget();
      pretend(one, own(file), (one.equals(file) ? FILE : FOLDER) | 0775, "staff");
      assertThat(faults(file))
          .containsExactly(one + " may be changed by the group 'staff' (chmod g-w " + one + ")");
      pretend(one, own(file), (one.equals(file) ? FILE : FOLDER) | 0775, "user-" + own(file));
      assertThat(faults(file)).isEmpty();
    }
  }

  /** In /tmp all may write, and nobody may replace what is another's. */
  @Test
  void inASharedFolder_thatIsSticky_itDependsOnWhoseTheFileIs() throws IOException {
    pretend(folder, 0, FOLDER | 01777, "staff");
    assertThat(faults(file)).isEmpty();
    pretend(file, STRANGER, FILE | 0644);
    assertThat(faults(file)).singleElement().asString().startsWith(file + " belongs to");
  }

  /** The bit means nothing on a file, or something else. */
  @Test
  void aFile_thatIsSticky_isLookedAtAsAnyOther() throws IOException {
    pretend(file, 0, FILE | 01666, "staff");
    assertThat(faults(file)).hasSize(2);
  }

  @Test
  void aLink_isFollowed_andIsSomebodysToo() throws IOException {
    Path shared = Files.createDirectory(temporary.toRealPath().resolve("shared"));
    Path second = Files.createSymbolicLink(shared.resolve("second"), file);
    Path first =
        Files.createSymbolicLink(folder.resolve("first"), Path.of("../../shared/./second"));
    assertThat(faults(first)).isEmpty();
    pretend(shared, 0, FOLDER | 01777);
    assertThat(faults(first)).isEmpty();
    pretend(second, STRANGER, 0120777);
    assertThat(faults(first)).singleElement().asString().endsWith("(chown -h root " + second + ")");
    disk.rights.remove(second);
    pretend(shared, 0, FOLDER | 0757);
    assertThat(faults(first)).singleElement().asString().contains("(chmod o-w " + shared + ")");
    assertThat(faults(file)).as("which no link leads to").isEmpty();
  }

  @Test
  void links_thatLeadRoundAndRound_areNotFollowedForEver() throws IOException {
    Path link = folder.resolve("round");
    Files.createSymbolicLink(link, link);
    assertThatThrownBy(() -> faults(link)).isInstanceOf(FileSystemLoopException.class);
  }

  @Test
  void allThatIsWrong_isSaidAtOnce_andNothingTwice() throws IOException {
    pretend(folder, STRANGER, FOLDER | 0777, "staff");
    pretend(file, STRANGER, FILE | 0644);
    assertThat(faults(folder, file)).hasSize(4);
  }

  @Test
  void whereTheFileSystemDoesNotSay_nothingIsFound() throws IOException {
    Path zip = folder.resolve("any.zip");
    try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      assertThat(faults(Files.createFile(inside.getPath("/plugin.jar")))).isEmpty();
    }
  }
}
