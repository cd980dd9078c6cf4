package io.postern.core.recording;

import static io.postern.core.recording.RecordingHouse.AUDITOR;
import static io.postern.core.recording.RecordingHouse.SESSION;
import static io.postern.core.recording.RecordingHouse.show;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.Ids;
import io.postern.core.store.StoreUnderTest;
import io.postern.core.store.Tx;
import io.postern.recording.Recording;
import io.postern.testing.Proof;
import io.postern.testing.RequiresProgram;
import io.postern.testing.Rule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Disks that fill up and processes that are killed. What matters are the files: one engine. */
@Timeout(120)
class RecordingFailureTest {
  @RegisterExtension final StoreUnderTest store = StoreUnderTest.sqlite();
  @TempDir Path directory;

  private Recorder recorder(RecordingFiles files) {
    Journal silent =
        new Journal() {
          @Override
          public void write(Tx tx, Act act) {}

          @Override
          public java.util.List<Object> values(Act act) {
            throw new UnsupportedOperationException("recordings have no statement of their own");
          }

          @Override
          public void write(Act act) {}
        };
    return new FileRecorder(
        new RecordingFolder(new RecordingSettings(directory)),
        files,
        new RecordingRows(store.database(), silent, store.clock()),
        new Sealing(files),
        new Ids(store.clock()),
        store.clock());
  }

  private static void assertFails(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PosternException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.RECORDING_FAILED));
  }

  /** Shows lines until it is refused; gives what was shown. */
  private String showUntilRefused(Recorder.Track track, int atMost) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < atMost; i++) {
      String line = "line " + i + "\n";
      store.clock().advance(Duration.ofSeconds(1));
      try {
        show(track, line);
      } catch (PosternException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.RECORDING_FAILED);
        assertFails(() -> show(track, "x"));
        assertFails(() -> track.resize(10, 10));
        return shown.toString();
      }
      shown.append(line);
    }
    return shown.toString();
  }

  /** G13, short form. */
  @Test
  @Rule({"REC-2", "REC-4"})
  void disk_fullAtAnyByte_showsNothingUnrecordedAndWhatWasShownStaysVerifiable()
      throws IOException {
    RecordingHouse house = new RecordingHouse(store, directory);
    for (int room = 240; room < 240 + 256 * 4; room += 4) {
      FailingFiles files = new FailingFiles(room);
      Recorder recorder = recorder(files);
      Recorder.Redactions redactions = house.redactions("hunter2!");
      int before = store.database().read(tx -> recorder.of(tx, SESSION)).size();
      Recorder.Track track;
      try {
        track = recorder.begin(SESSION, "shell", 80, 24, redactions);
      } catch (PosternException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.RECORDING_FAILED);
        continue;
      }
      String shown = showUntilRefused(track, 12);
      try {
        track.close();
      } catch (PosternException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.RECORDING_FAILED);
      }
      files.room(1 << 20);
      recorder.sealAll(SESSION);

      List<Recording> recordings = store.database().read(tx -> recorder.of(tx, SESSION));
      assertThat(recordings).hasSize(before + 1);
      // Times are equal within a round only, and ids sort by time.
      Recording recording =
          recordings.stream()
              .max(java.util.Comparator.comparing(r -> r.id().value()))
              .orElseThrow();
      var view = house.access.recordings(AUDITOR);
      assertThat(view.verify(recording.id()).finding()).isEmpty();
      assertThat(view.verify(recording.id()).bytes()).isEqualTo(recording.sizeBytes());
      try (var transcript = view.transcript(recording.id())) {
        // One event more may have been written whole, and its seal not: it was not shown.
        String recorded = new String(transcript.readAllBytes(), UTF_8);
        assertThat(recorded).startsWith(shown);
        assertThat(recorded.length() - shown.length()).isLessThanOrEqualTo("line 10\n".length());
      }
      store.clock().advance(Duration.ofSeconds(1));
    }
  }

  @Test
  @Rule("REC-2")
  void recording_thatFailedOnce_staysFailedWhenThereIsRoomAgain() {
    RecordingHouse house = new RecordingHouse(store, directory);
    FailingFiles files = new FailingFiles(1_000);
    Recorder.Track track =
        recorder(files).begin(SESSION, "shell", 80, 24, house.redactions("hunter2!"));
    assertFails(() -> show(track, "x".repeat(2_000)));
    files.room(1 << 20);
    assertFails(() -> show(track, "x"));
    assertFails(() -> track.resize(10, 10));
    track.close();
    Recording recording = house.access.recordings(AUDITOR).of(SESSION).get(0);
    assertThat(recording.sealedAt()).isPresent();
    assertThat(house.access.recordings(AUDITOR).verify(recording.id()).finding()).isEmpty();
  }

  @Test
  @Rule("REC-2")
  @RequiresProgram(value = "mount", debianPackage = "mount")
  void disk_reallyFull_stopsTheToolAndKeepsWhatWasShown() throws Exception {
    Path small = Files.createDirectory(directory.resolve("small"));
    Proof.goesOnWhere(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.toString()) == 0,
        "mounting a small disk needs to be root with the right to mount");
    try {
      RecordingHouse house = new RecordingHouse(store, small);
      Recorder.Track track = house.begin("shell");
      String shown = showUntilRefused(track, 100_000);
      assertThat(shown).hasSizeGreaterThan(1_000);
      try {
        track.close();
      } catch (PosternException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.RECORDING_FAILED);
      }
      assertFails(() -> show(house.begin("another"), "x".repeat(65_536)));
      assertThat(run("mount", "-o", "remount,size=1m", small.toString())).isZero();
      house.recorder.sealAll(SESSION);
      var view = house.access.recordings(AUDITOR);
      Recording first = view.of(SESSION).get(0);
      assertThat(view.verify(first.id()).finding()).isEmpty();
      try (var transcript = view.transcript(first.id())) {
        assertThat(new String(transcript.readAllBytes(), UTF_8)).startsWith(shown);
      }
    } finally {
      run("umount", small.toString());
    }
  }

  private static int run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /** G42, short form: kill -9 while it records; all that was shown is there and plays. */
  @Test
  @Rule({"REC-2", "REC-4"})
  void process_killed_losesNothingThatWasShown() throws Exception {
    for (int round = 0; round < 5; round++) {
      RecordingFolder.Place place = place(directory.resolve("killed" + round));
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  KilledRecording.class.getName(),
                  place.cast().getParent().toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String last = "";
      try (BufferedReader shown =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        for (int i = 0; i < 300 + round * 777; i++) {
          last = shown.readLine();
        }
        process.toHandle().destroyForcibly();
        for (String more = shown.readLine(); more != null; more = shown.readLine()) {
          // Half a line says nothing: its end was not shown.
          last = more.endsWith(".") ? more : last;
        }
      }
      Sealing.Sealed sealed = new Sealing(new DiskFiles()).complete(place, "r");
      assertThat(
              SealCheck.of(
                      place,
                      "r",
                      Optional.of(new SealCheck.StoredSeal(sealed.hash(), sealed.size())))
                  .text())
          .isEmpty();
      assertThat(Files.readString(place.transcript())).contains(last + "\n");
    }
  }

  static RecordingFolder.Place place(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new RecordingFolder.Place(
        "k/01-k.cast",
        folder.resolve("01-k.cast"),
        folder.resolve("01-k.txt"),
        folder.resolve("01-k.seal"));
  }

  /** Records lines and shows each after it was recorded, until it is killed. */
  static final class KilledRecording {
    private KilledRecording() {}

    public static void main(String[] arguments) throws IOException {
      RecordingFolder.Place place = place(Path.of(arguments[0]));
      DiskFiles files = new DiskFiles();
      RecordingFile cast = files.create(place.cast());
      SealWriter seal = SealWriter.begin(files.create(place.seal()), "r");
      byte[] header = new CastHeader(80, 24, 1, "k").bytes();
      cast.write(header, 0, header.length);
      seal.add(header, 0, header.length);
      FileTrack track =
          new FileTrack(
              new NoRow(place),
              cast,
              seal,
              MaskedSecrets.of(List.of()),
              InstantSource.system(),
              System.currentTimeMillis());
      for (int i = 0; i < 10_000_000; i++) {
        String line = "line " + i + " " + "x".repeat(i % 200) + ".\n";
        show(track, line);
        System.out.print(line);
        System.out.flush();
      }
    }
  }

  private record NoRow(RecordingFolder.Place place) implements FileTrack.Target {
    @Override
    public String told(Throwable cause) {
      return String.valueOf(cause.getMessage());
    }

    @Override
    public io.postern.recording.RecordingId id() {
      return io.postern.recording.RecordingId.of("r");
    }

    @Override
    public Sealing.Sealed finish(RecordingFile cast, SealWriter seal) {
      throw new UnsupportedOperationException("it is killed before");
    }

    @Override
    public Sealing.Sealed complete() {
      throw new UnsupportedOperationException("it is killed before");
    }

    @Override
    public void sealed(Sealing.Sealed sealed) {}

    @Override
    public void gone() {}
  }

  @Test
  @Rule("REC-2")
  void recording_thatFails_tellsNobodyTheServersPaths() throws IOException {
    Path folder = directory.resolve("recordings");
    RecordingHouse house = new RecordingHouse(store, folder);
    Recorder.Track track = house.begin("shell");
    show(track, "one");
    Path away = directory.resolve("away");
    Files.move(folder, away);
    Files.writeString(folder, "in the way");
    String server = directory.toString();
    assertThatThrownBy(track::close).hasMessageNotContaining(server);
    assertThatThrownBy(() -> house.begin("another")).hasMessageNotContaining(server);
    assertThatThrownBy(() -> house.recorder.sealAll(SESSION))
        .isInstanceOfSatisfying(
            PosternException.class,
            e -> assertThat(e.getMessage() + e.faults()).doesNotContain(server));
  }
}
