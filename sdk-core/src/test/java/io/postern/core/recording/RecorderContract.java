package io.postern.core.recording;

import static io.postern.core.recording.RecordingHouse.AUDITOR;
import static io.postern.core.recording.RecordingHouse.OWNER;
import static io.postern.core.recording.RecordingHouse.SESSION;
import static io.postern.core.recording.RecordingHouse.show;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.person.PersonId;
import io.postern.recording.Recording;
import io.postern.recording.RecordingCheck;
import io.postern.recording.RecordingId;
import io.postern.recording.Recordings;
import io.postern.session.SessionId;
import io.postern.testing.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the recording room promises, on each engine. */
@Timeout(60)
abstract class RecorderContract {
  @RegisterExtension final StoreUnderTest store;
  @TempDir Path directory;
  private RecordingHouse house;

  RecorderContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void house() {
    house = new RecordingHouse(store, directory.resolve("recordings"));
  }

  private Recordings auditor() {
    return house.access.recordings(AUDITOR);
  }

  private Recording only() {
    List<Recording> recordings = store.database().read(tx -> house.recorder.of(tx, SESSION));
    assertThat(recordings).hasSize(1);
    return recordings.get(0);
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void assertRefused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(PosternException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Nested
  class Record {
    @Test
    @Rule("REC-1")
    void shell_recordedAndClosed_isPlayableWithItsTimingAndHasATranscript() {
      Recorder.Track track = house.begin("shell main");
      show(track, "$ ls\r\n");
      store.clock().advance(Duration.ofMillis(1_250));
      track.resize(132, 43);
      show(track, "\u001b[1mäß\u001b[0m\r\n");
      store.clock().advance(Duration.ofSeconds(-30));
      show(track, "later\r\n");
      track.close();
      track.close();

      Recording recording = only();
      assertThat(recording.name()).isEqualTo("shell main");
      assertThat(recording.sealedAt()).contains(store.clock().instant());
      assertThat(house.files(".cast").get(0))
          .hasFileName("01-shell-main.cast")
          .hasSize(recording.sizeBytes());
      assertThat(text(auditor().cast(recording.id())))
          .isEqualTo(
              """
              {"version":2,"width":80,"height":24,"timestamp":1795338000,"title":"shell main"}
              [0.000,"o","$ ls\\r\\n"]
              [1.250,"r","132x43"]
              [1.250,"o","\\u001b[1mäß\\u001b[0m\\r\\n"]
              [1.250,"o","later\\r\\n"]
              """);
      assertThat(text(auditor().transcript(recording.id()))).isEqualTo("$ ls\näß\nlater\n");
      assertThat(house.files(".txt").get(0)).hasContent("$ ls\näß\nlater\n");
      assertThat(auditor().verify(recording.id()))
          .isEqualTo(new RecordingCheck(true, recording.sizeBytes(), ""));
      String subject = "recording:" + recording.id();
      assertThat(house.audited())
          .startsWith(
              "postern:recorder recording.begun " + subject,
              "postern:recorder recording.sealed " + subject);
    }

    @Test
    @Rule("REC-2")
    void output_whenItReturns_isInTheFile() throws IOException {
      Recorder.Track track = house.begin("shell");
      Path cast = house.files(".cast").get(0);
      for (int i = 0; i < 50; i++) {
        show(track, "line " + i + "\r\n");
        assertThat(Files.readString(cast)).endsWith("\"line " + i + "\\r\\n\"]\n");
      }
      track.close();
    }

    @Test
    void recordings_ofOneSession_areNumberedAndForThisAccountOnly() throws IOException {
      house.begin("one").close();
      house.begin("two/../../x").close();
      assertThat(house.files(".cast"))
          .extracting(path -> house.directory.relativize(path).toString())
          .containsExactly("s1/01-one.cast", "s1/02-two-..-..-x.cast");
      for (Path file : house.files("")) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
      }
    }

    @Test
    void track_whoseThreadIsInterrupted_goesOn() {
      Recorder.Track track = house.begin("shell");
      Thread.currentThread().interrupt();
      show(track, "one");
      assertThat(Thread.interrupted()).isTrue();
      show(track, "two");
      track.close();
      assertThat(auditor().verify(only().id()).intact()).isTrue();
    }

    @Test
    @Rule("REC-3")
    void secret_splitOverChunksAndInTheName_isNeitherInFilesNorInTheStore() throws IOException {
      Recorder.Track track =
          house.recorder.begin(
              SESSION, "1 mysql -phunter2! -u root", 80, 24, house.redactions("hunter2!"));
      for (String part : "sent hunter2! and hunt".split("(?<=.)")) {
        show(track, part);
      }
      track.close();
      assertThat(only().name()).isEqualTo("1 mysql -p******** -u root");
      assertThat(text(auditor().transcript(only().id()))).isEqualTo("sent ******** and hunt\n");
      for (Path file : house.files("")) {
        assertThat(file.toString()).doesNotContain("hunter2");
        if (Files.isRegularFile(file)) {
          assertThat(Files.readString(file)).doesNotContain("hunter2");
        }
      }
      List<String> audited =
          store
              .database()
              .read(tx -> tx.list("select details from audit", row -> row.text("details")));
      assertThat(audited).isNotEmpty().noneMatch(details -> details.contains("hunter2"));
    }

    @Test
    @Rule("REC-3")
    void keyAndPassphrase_areLeftOut() {
      Recorder.Redactions redactions;
      try (Credential key =
          Credential.privateKey(
              "root",
              Secret.takeFrom(
                  "-----BEGIN KEY-----\nQUJDREVGRw\n-----END KEY-----\n".getBytes(UTF_8)),
              Secret.takeFrom("open sesame".getBytes(UTF_8)))) {
        redactions = house.recorder.redactionsOf(key);
      }
      Recorder.Track track = house.recorder.begin(SESSION, "shell", 80, 24, redactions);
      show(track, "QUJDREVGRw\r\nopen sesame\r\n");
      track.close();
      assertThat(text(auditor().transcript(only().id()))).isEqualTo("********\n********\n");
    }

    @Test
    @Rule("REC-3")
    void output_afterTheRedactionsWereClosed_isRefused() {
      Recorder.Redactions redactions = house.redactions("hunter2!");
      Recorder.Track track = house.recorder.begin(SESSION, "shell", 80, 24, redactions);
      redactions.close();
      assertRefused(ErrorCode.RECORDING_FAILED, () -> show(track, "hunter2!"));
      track.close();
      assertThat(house.files(".cast").get(0)).content().doesNotContain("hunter2");
    }

    @Test
    @Rule("REC-2")
    void output_afterClose_isRefused() {
      Recorder.Track track = house.begin("shell");
      track.close();
      assertRefused(ErrorCode.RECORDING_FAILED, () -> show(track, "x"));
      assertRefused(ErrorCode.RECORDING_FAILED, () -> track.resize(1, 1));
    }

    @Test
    @Rule("REC-2")
    void begin_withoutStoreOrDirectoryOrSession_isRefused() throws IOException {
      house.outage.on = true;
      assertRefused(ErrorCode.RECORDING_FAILED, () -> house.begin("shell"));
      house.outage.on = false;
      assertRefused(
          ErrorCode.RECORDING_FAILED,
          () ->
              house.recorder.begin(
                  SessionId.of("unknown"), "shell", 80, 24, house.redactions("hunter2!")));
      assertRefused(
          ErrorCode.RECORDING_FAILED,
          () ->
              house.recorder.begin(
                  SessionId.of("../up"), "shell", 80, 24, house.redactions("hunter2!")));
      assertThat(auditor().of(SESSION)).isEmpty();
      assertThat(directory.resolve("up")).doesNotExist();
    }

    @Test
    @Rule("REC-2")
    void close_withoutStore_isRefusedAndSealedLater() {
      Recorder.Track track = house.begin("shell");
      show(track, "shown\r\n");
      house.outage.on = true;
      assertRefused(ErrorCode.RECORDING_FAILED, track::close);
      house.outage.on = false;
      assertThat(only().sealedAt()).isEmpty();
      house.recorder.sealAll(SESSION);
      assertThat(auditor().verify(only().id()))
          .isEqualTo(new RecordingCheck(true, only().sizeBytes(), ""));
    }
  }

  @Nested
  @Rule("REC-4")
  class SealAll {
    @Test
    void sealAll_ofLiveRecordings_closesThemAndLeavesOtherSessionsAlone() {
      house.session(SessionId.of("s2"));
      Recorder.Track mine = house.begin("mine");
      Recorder.Track other =
          house.recorder.begin(SessionId.of("s2"), "other", 80, 24, house.redactions("hunter2!"));
      show(mine, "x");
      house.recorder.sealAll(SESSION);
      house.recorder.sealAll(SESSION);
      assertRefused(ErrorCode.RECORDING_FAILED, () -> show(mine, "y"));
      show(other, "z");
      other.close();
      assertThat(auditor().verify(only().id()).intact()).isTrue();
      assertThat(house.audited().stream().filter(entry -> entry.contains("recording.sealed")))
          .hasSize(2);
    }

    @Test
    void sealAll_afterTheProcessDied_sealsUpToTheLastWholeEvent() throws IOException {
      show(house.begin("shell"), "shown\r\n");
      Path cast = house.files(".cast").get(0);
      long whole = Files.size(cast);
      Files.writeString(cast, "[0.100,\"o\",\"never sho", StandardOpenOption.APPEND);
      Files.writeString(house.files(".seal").get(0), "chunk 1 0 9", StandardOpenOption.APPEND);

      RecordingHouse next = new RecordingHouse(store, house.directory);
      next.recorder.sealAll(SESSION);
      next.recorder.sealAll(SESSION);

      assertThat(only().sizeBytes()).isEqualTo(whole);
      assertThat(cast).hasSize(whole);
      assertThat(house.files(".seal").get(0)).content().contains("\nrecovered 0 21 ");
      assertThat(text(auditor().transcript(only().id()))).isEqualTo("shown\n");
      assertThat(auditor().verify(only().id())).isEqualTo(new RecordingCheck(true, whole, ""));
      assertThat(house.audited().stream().filter(entry -> entry.contains("recording.sealed")))
          .hasSize(1);
    }

    @Test
    void sealAll_ofWhatWasChangedAfterItWasSealedInPart_doesNotHideTheChange() throws IOException {
      Recorder.Track track = house.begin("shell");
      show(track, "evidence\r\n");
      store.clock().advance(Duration.ofSeconds(6));
      show(track, "more\r\n");
      show(track, "unsealed\r\n");
      Path cast = house.files(".cast").get(0);
      Files.writeString(cast, Files.readString(cast).replace("evidence", "innocent"));

      new RecordingHouse(store, house.directory).recorder.sealAll(SESSION);
      RecordingCheck check = auditor().verify(only().id());
      assertThat(check.intact()).isFalse();
      assertThat(check.finding()).startsWith("changed: chunk 1, bytes 0 to ");
    }

    @Test
    void close_ofWhatSomebodyElseSealed_leavesTheFirstSealInTheStore() {
      Recorder.Track track = house.begin("shell");
      new RecordingHouse(store, house.directory).recorder.sealAll(SESSION);
      Recording sealed = only();
      store.clock().advance(Duration.ofMinutes(1));
      show(track, "too late");
      track.close();
      assertThat(only()).isEqualTo(sealed);
      assertThat(auditor().verify(sealed.id()).intact()).isFalse();
      assertThat(house.audited().stream().filter(entry -> entry.contains("recording.sealed")))
          .hasSize(1);
    }

    @Test
    void sealAll_whenOneHasNoFile_sealsTheOthersAndSaysWhich() throws IOException {
      house.begin("gone");
      house.begin("there");
      Files.delete(house.files("gone.cast").get(0));
      Recorder next = new RecordingHouse(store, house.directory).recorder;
      assertThatThrownBy(() -> next.sealAll(SESSION))
          .isInstanceOfSatisfying(
              PosternException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.RECORDING_FAILED);
                assertThat(e.faults()).singleElement().asString().contains("file is missing");
              });
      assertThat(auditor().of(SESSION))
          .extracting(recording -> recording.sealedAt().isPresent())
          .containsExactly(false, true);
    }

    @Test
    void verify_whileItGoesOn_checksWhatIsSealedSoFar() {
      Recorder.Track track = house.begin("shell");
      show(track, "a".repeat(200_000));
      RecordingCheck check = auditor().verify(only().id());
      assertThat(check.intact()).isTrue();
      assertThat(check.bytes()).isEqualTo(3 * SealWriter.CHUNK);
      assertThat(text(auditor().transcript(only().id()))).hasSize(200_001);
      track.close();
    }
  }

  @Nested
  @Rule("REC-6")
  class View {
    private RecordingId recorded() {
      Recorder.Track track = house.begin("shell");
      show(track, "\u001b]52;c;ZXZpbA==\u0007shown\r\n");
      track.close();
      return only().id();
    }

    @Test
    void everyLook_isAudited() {
      RecordingId id = recorded();
      assertThat(auditor().of(SESSION)).hasSize(1);
      text(auditor().cast(id));
      text(auditor().transcript(id));
      auditor().verify(id);
      assertThat(house.audited().subList(2, house.audited().size()))
          .containsExactly(
              "auditor recording.listed session:s1",
              "auditor recording.viewed recording:" + id,
              "auditor recording.transcript-read recording:" + id,
              "auditor recording.verified recording:" + id);
    }

    @Test
    void withoutTheRight_evenForTheOwner_noRecordingExists() {
      RecordingId id = recorded();
      RecordingId never = RecordingId.of("never");
      for (PersonId person : List.of(OWNER, PersonId.of("stranger"))) {
        Recordings theirs = house.access.recordings(person);
        assertThat(theirs.of(SESSION)).isEmpty();
        for (RecordingId asked : List.of(id, never)) {
          assertRefused(ErrorCode.RECORDING_NOT_FOUND, () -> theirs.cast(asked));
          assertRefused(ErrorCode.RECORDING_NOT_FOUND, () -> theirs.transcript(asked));
          assertRefused(ErrorCode.RECORDING_NOT_FOUND, () -> theirs.verify(asked));
        }
        assertThat(house.audited())
            .filteredOn(entry -> entry.startsWith(person + " recording.refused"))
            .hasSize(7);
      }
      assertRefused(ErrorCode.RECORDING_NOT_FOUND, () -> auditor().cast(never));
    }

    @Test
    void look_thatCannotBeAudited_isRefused() {
      RecordingId id = recorded();
      house.outage.on = true;
      assertRefused(ErrorCode.STORE_UNAVAILABLE, () -> auditor().cast(id));
    }

    @Test
    @Rule("REC-8")
    void cast_handedOut_onlyDrawsWhileTheStoredOneKeepsTheEvidence() {
      RecordingId id = recorded();
      assertThat(text(auditor().cast(id))).contains("\"shown\\r\\n\"").doesNotContain("]52;");
      assertThat(house.files(".cast").get(0)).content().contains("]52;c;ZXZpbA==");
    }

    @Test
    void rowThatNamesAnotherFile_isNotFollowed() throws IOException {
      RecordingId id = recorded();
      Files.writeString(directory.resolve("other.cast"), "{}");
      for (String file :
          List.of("../other.cast", "/etc/passwd", "s1/../../other.cast", "s1/x.cast")) {
        store
            .database()
            .change(tx -> tx.run("update recording set file = ? where id = ?", file, id));
        assertRefused(ErrorCode.RECORDING_FAILED, () -> auditor().cast(id));
        assertRefused(ErrorCode.RECORDING_FAILED, () -> auditor().verify(id));
      }
      store
          .database()
          .change(tx -> tx.run("update recording set file = 's1/02-x.cast' where id = ?", id));
      Files.createSymbolicLink(
          house.directory.resolve("s1/02-x.cast"), directory.resolve("other.cast"));
      assertRefused(ErrorCode.RECORDING_FAILED, () -> auditor().cast(id));
    }

    @Test
    void of_twoRecordings_isInOrder() {
      house.begin("first").close();
      house.begin("second").close();
      assertThat(auditor().of(SESSION))
          .extracting(Recording::name)
          .containsExactly("first", "second");
      assertThat(auditor().of(SessionId.of("other"))).isEmpty();
      assertThat(auditor().of(SESSION))
          .extracting(Recording::sealedAt)
          .allMatch(Optional::isPresent);
    }
  }
}
