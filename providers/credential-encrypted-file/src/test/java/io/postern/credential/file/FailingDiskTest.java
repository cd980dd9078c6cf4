package io.postern.credential.file;

import static io.postern.credential.file.Failures.assertNothingDone;
import static io.postern.credential.file.Failures.assertPerhapsDone;
import static io.postern.credential.file.Store.MAYA;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.RequiresProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailingDiskTest {
  @TempDir Path directory;
  private Store store;
  private byte[] before;

  @BeforeEach
  void fill() throws Exception {
    store = new Store(directory);
    try (EncryptedCredentialFile file = store.create()) {
      Store.put(file, CredentialEntry.password("db", "postgres").exclusive(), "x");
    }
    before = Files.readAllBytes(store.path);
  }

  private void assertUntouched() throws IOException {
    assertThat(Files.readAllBytes(store.path)).isEqualTo(before);
    assertThat(temporary()).doesNotExist();
    try (EncryptedCredentialFile file = store.open()) {
      assertThat(file.list()).hasSize(1);
    }
  }

  private Path temporary() {
    return Path.of(store.path + ".tmp");
  }

  private void checkOut(Disk disk) {
    try (EncryptedFileProvider provider = store.provider(disk)) {
      provider
          .checkOut(store.checkOut(MAYA, "db", "call", Duration.ofHours(1)))
          .credential()
          .close();
    }
  }

  @Test
  void disk_fullAtAnyByte_leavesTheOldFileAndSaysSo() throws Exception {
    // One more than the new file has, which then fits.
    int failures = 0;
    for (int room = 0; ; room += 7) {
      Disk full = new ScriptedDisk().full(room);
      try {
        checkOut(full);
        break;
      } catch (RuntimeException e) {
        failures++;
        assertNothingDone(
            () -> {
              throw e;
            },
            Failure.UNAVAILABLE,
            "cannot be written and stays as it was",
            "free space",
            store.path.toString());
        assertUntouched();
      }
    }
    assertThat(failures).isGreaterThan(before.length / 7);
  }

  @Test
  void disk_failingAtAnyStepBeforeTheRename_leavesTheOldFile() throws Exception {
    for (String step : new String[] {"create", "force", "replace"}) {
      assertNothingDone(
          () -> checkOut(new ScriptedDisk().failingAt(step)),
          Failure.UNAVAILABLE,
          "cannot be written and stays as it was");
      assertUntouched();
    }
  }

  @Test
  void disk_failingToMakeTheRenameLast_saysThatItMayHaveHappened() throws Exception {
    assertPerhapsDone(
        () -> checkOut(new ScriptedDisk().failingAt("directory")),
        Failure.UNAVAILABLE,
        "not known whether it would outlast a power cut");
    assertThat(Files.readAllBytes(store.path)).isNotEqualTo(before);
  }

  @Test
  void write_syncsTheFileBeforeTheRenameAndTheDirectoryAfterIt() {
    ScriptedDisk disk = new ScriptedDisk();
    checkOut(disk);
    assertThat(disk.steps).containsExactly("create", "write", "force", "replace", "directory");
  }

  @Test
  void leftoverOfAWriterThatWasKilled_isGoneAfterTheNextWrite() throws Exception {
    Files.writeString(temporary(), "half a file");

    checkOut(new Disk() {});

    assertThat(temporary()).doesNotExist();
  }

  @Test
  void leftoverThatPointsElsewhere_isNotFollowed() throws Exception {
    Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "untouched");
    Files.createSymbolicLink(temporary(), elsewhere);

    checkOut(new Disk() {});

    assertThat(elsewhere).hasContent("untouched");
    assertThat(store.path).isRegularFile();
  }

  @Test
  void file_replacedByHandDuringAWrite_isNotOverwritten() throws Exception {
    Path other = directory.resolve("other");
    try (EncryptedCredentialFile file = EncryptedCredentialFile.create(other, store.key())) {
      Store.put(file, CredentialEntry.password("new", "x"), "y");
    }
    StoreFile file = new StoreFile(store.path, store.key(), new Disk() {});
    TimeLimit limit = TimeLimit.forLocks(Duration.ofSeconds(5));
    assertNothingDone(
        () ->
            file.change(
                limit,
                now -> {
                  copy(other, store.path);
                  return now.without("db");
                }),
        Failure.UNAVAILABLE,
        "was replaced while it was being changed");
    assertThat(store.path).hasSameBinaryContentAs(other);
    file.close(limit);
  }

  private static void copy(Path from, Path to) {
    try {
      Files.write(to, Files.readAllBytes(from));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @RequiresProgram(value = "bash", debianPackage = "bash")
  @Test
  void operatingSystemThatRefusesMoreBytes_leavesTheOldFileAndSaysSo() throws Exception {
    // The kernel's own limit on the size of a file, in a process of its own: 8 blocks of 1 KiB.
    try (Child child = Child.underFileSizeLimit(8, Child.Writer.class, "full", store)) {
      String answer = child.lastLine();
      assertThat(answer).contains("UNAVAILABLE", "without effect", "stays as it was");
    }
    assertThat(temporary()).doesNotExist();
    try (EncryptedCredentialFile file = store.open()) {
      assertThat(file.list()).isNotEmpty();
    }
  }

  /** A disk that notes its steps and fails where it is told to. */
  private static final class ScriptedDisk implements Disk {
    private final List<String> steps = new ArrayList<>();
    private String failing = "";
    private long room = Long.MAX_VALUE;

    private ScriptedDisk full(long bytes) {
      room = bytes;
      return this;
    }

    private ScriptedDisk failingAt(String step) {
      failing = step;
      return this;
    }

    private void step(String name) throws IOException {
      steps.add(name);
      if (name.equals(failing)) {
        throw new IOException("scripted failure at " + name);
      }
    }

    @Override
    public FileChannel create(Path path) throws IOException {
      step("create");
      return new LimitedChannel(
          Disk.super.create(path), room, () -> step("write"), () -> step("force"));
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
      step("replace");
      Disk.super.replace(from, to);
    }

    @Override
    public void syncDirectoryOf(Path path) throws IOException {
      step("directory");
      Disk.super.syncDirectoryOf(path);
    }
  }
}
