package io.postern.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.Access;
import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.core.PosternBuilder;
import io.postern.recording.Recording;
import io.postern.session.EndReason;
import io.postern.session.SessionDetail;
import io.postern.session.SessionQuery;
import io.postern.session.SessionState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story on the example's own server. */
class StoryTest {
  @TempDir Path folder;

  @Test
  void leavesARecordingThatVerifies_ItsTranscript_AndAReport() throws IOException {
    Play story = Play.in(folder);

    String told = story.play();

    assertThat(told)
        .contains("Maya, an operator, asks", "Noor        approves", "asciinema play")
        .contains("Maya        tries the door too early: SESSION_NOT_AVAILABLE.")
        .contains("Maya        asks once more: EXTENSION_REFUSED.")
        .contains("Vault       has made a new password")
        .endsWith(" s)\n");
    assertThat(Files.readString(story.evidence("work.cast")))
        .startsWith("{\"version\":2")
        .contains("3 note.txt");
    assertThat(Files.readAllLines(story.evidence("work.txt")))
        .contains(
            "$ cat note.txt", "Order 1007 waits for a lock.", "$ wc -l note.txt", "3 note.txt");
    assertThat(Files.readString(story.evidence("report.html")))
        .contains("INC-4711", "Maya Ito", "tool.command", "id -un", "session.extended");
    assertThat(folder.resolve("incoming/note.txt")).content().endsWith("Released; all well.\n");
    assertThat(folder.resolve("endpoint")).isEmptyDirectory();
    theStoreSaysTheSame(story);
  }

  /** What was kept can be opened again, by whoever comes later. */
  private void theStoreSaysTheSame(Play story) throws IOException {
    try (Postern postern =
        PosternBuilder.create()
            .people(People.directory())
            .dataFolder(folder.resolve("store"))
            .recordings(folder.resolve("recordings"))
            .build()) {
      Access ada = postern.as(People.ADA);
      SessionDetail session = ada.sessions().list(SessionQuery.all(), PageRequest.first()).only();
      assertThat(session.state())
          .isInstanceOfSatisfying(
              SessionState.Ended.class,
              ended -> assertThat(ended.reason()).isEqualTo(EndReason.ENDED_BY_OWNER));
      List<Recording> recordings = ada.recordings().of(session.id());
      assertThat(recordings)
          .extracting(Recording::name)
          .containsExactly("1 id -un", "2 uname -sr", "work", "3 rm note.txt");
      assertThat(recordings)
          .allSatisfy(one -> assertThat(ada.recordings().verify(one.id()).intact()).isTrue());
      assertThat(story.evidence("work.cast"))
          .hasBinaryContent(ada.recordings().cast(recordings.get(2).id()).readAllBytes());
      assertThat(ada.audit().verify().intact()).isTrue();
    }
  }

  @Test
  void leavesNoProcessAndNoOpenPort() throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();

    String told = Play.in(folder).play();

    for (ProcessHandle left : ProcessHandle.current().descendants().toList()) {
      if (!before.contains(left)) {
        // Ended already, but the system may still have to be told of it.
        assertThat(left.onExit()).as("%s", left.info()).succeedsWithin(Duration.ofSeconds(30));
      }
    }
    Matcher address = Pattern.compile("127\\.0\\.0\\.1:(\\d+)").matcher(told);
    assertThat(address.find()).isTrue();
    int port = Integer.parseInt(address.group(1));
    try (Socket socket = new Socket()) {
      Assertions.assertThatIOException()
          .as("the server's port is closed")
          .isThrownBy(() -> socket.connect(new InetSocketAddress("127.0.0.1", port), 2_000));
    }
  }

  @Test
  void playedAgain_leavesOnlyWhatIsOfTheLastTime() throws IOException {
    Play.in(folder).play();
    Path stale = Files.writeString(folder.resolve("evidence/stale.cast"), "of the last time");

    Play.in(folder).play();

    assertThat(stale).doesNotExist();
    try (Stream<Path> sessions = Files.list(folder.resolve("recordings"))) {
      assertThat(sessions).hasSize(1);
    }
  }
}
