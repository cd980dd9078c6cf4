package io.postern.core.tool;

import static io.postern.core.tool.Rig.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.Threads;
import io.postern.session.Connection;
import io.postern.session.RemoteFile;
import io.postern.session.RemoteFiles.Transfer;
import io.postern.session.Tool;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class GuardedFilesTest {
  @TempDir Path folder;
  private final Rig rig = new Rig();
  private Path here;
  private FakeFiles endpoint;
  private Connection connection;

  @BeforeEach
  void connect() throws IOException {
    here = Files.createDirectory(folder.resolve("here"));
    endpoint = new FakeFiles(Files.createDirectory(folder.resolve("there")));
    Files.createDirectory(endpoint.at("/srv"));
    connection = rig.wrap(endpoint);
  }

  @AfterEach
  void noPartIsLeft() throws IOException {
    connection.close();
    assertThat(filesIn(here)).noneMatch(name -> name.endsWith(".part"));
    assertThat(filesIn(endpoint.at("/srv"))).noneMatch(name -> name.endsWith(".part"));
  }

  private static List<String> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private Path local(String name, byte[] content) throws IOException {
    return Files.write(here.resolve(name), content);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  @Rule("TOOL-6")
  void aDirectory_isListedByNameAndHiddenFilesOnDemand() throws Exception {
    for (String name : List.of("b", "a", ".hidden", "C")) {
      Files.write(endpoint.at("/srv/" + name), random(3));
    }

    assertThat(connection.files().list("/srv"))
        .extracting(RemoteFile::name)
        .containsExactly("C", "a", "b");
    assertThat(connection.files().list("/srv", true))
        .extracting(RemoteFile::name)
        .containsExactly(".hidden", "C", "a", "b");
    assertThat(rig.journal.actions()).containsExactly("tool.list", "tool.list");
  }

  @Test
  void namesThatLeadOutOfTheDirectory_areLeftOut() {
    endpoint.alsoListed =
        Stream.of("..", ".", "", "../../etc/passwd", "x\0y", "fine")
            .map(
                name ->
                    new RemoteFile(
                        name, name, RemoteFile.Kind.FILE, 0, java.time.Instant.EPOCH, ""))
            .toList();
    assertThat(connection.files().list("/srv", true))
        .extracting(RemoteFile::name)
        .containsExactly("fine");
  }

  @Test
  void whatCannotBeListed_saysSoAndIsAudited() {
    refused(ErrorCode.REMOTE_FILE_NOT_FOUND, () -> connection.files().list("/nowhere"));
    refused(ErrorCode.REMOTE_FILE_REFUSED, () -> connection.files().list("/srv\0x"));
    assertThat(rig.journal.actions()).containsExactly("tool.list", "tool.list");
  }

  @Test
  @Rule({"TOOL-6", "TOOL-8"})
  void filesOfAnySize_comeThroughWholeInBothDirections() throws Exception {
    for (int size : new int[] {0, 1, 131_071, 131_072, 131_073, 3_000_000}) {
      byte[] content = random(size);
      Path source = local("up-" + size, content);
      Path back = here.resolve("down-" + size);

      Transfer up = connection.files().upload(source, "/srv/f-" + size);
      Transfer down = connection.files().download("/srv/f-" + size, back);

      assertThat(Files.readAllBytes(endpoint.at("/srv/f-" + size))).isEqualTo(content);
      assertThat(Files.readAllBytes(back)).isEqualTo(content);
      assertThat(up).isEqualTo(new Transfer(size, sha256(content))).isEqualTo(down);
    }
  }

  @Test
  @Rule("SES-15")
  void transfers_areInTheTrailWithPathsBytesAndDigest() throws Exception {
    Path source = local("a", random(5));
    connection.files().upload(source, "/srv/a");
    connection.files().download("/srv/a", here.resolve("b"));

    assertThat(rig.journal.actions())
        .containsExactly(
            "tool.upload-started", "tool.upload", "tool.download-started", "tool.download");
    assertThat(rig.journal.only("tool.upload").details())
        .containsEntry("remote", "/srv/a")
        .containsEntry("local", source.toString())
        .containsEntry("bytes", "5")
        .containsEntry("sha256", sha256(random(5)));
  }

  @Test
  @Rule("SES-15")
  void aTransferThatCannotBeAudited_doesNotBegin() throws Exception {
    Path source = local("a", random(5));
    rig.journal.goDown();
    refused(ErrorCode.STORE_UNAVAILABLE, () -> connection.files().upload(source, "/srv/a"));
    assertThat(endpoint.did).isEmpty();
  }

  @Test
  @Rule("TOOL-8")
  void anUpload_hasAnotherNameUntilItIsWhole() throws Exception {
    Files.write(endpoint.at("/srv/config"), random(10));
    endpoint.onPiece =
        (path, before) -> {
          assertThat(path).matches("/srv/\\.config\\.[0-9a-f]{16}\\.part");
          assertThat(Files.size(endpoint.at("/srv/config"))).isEqualTo(10);
        };

    connection.files().upload(local("config", random(500_000)), "/srv/config");

    assertThat(Files.size(endpoint.at("/srv/config"))).isEqualTo(500_000);
    assertThat(endpoint.did).hasSize(3).last().isEqualTo("rename to /srv/config");
  }

  @Test
  @Rule("TOOL-8")
  void anUploadThatBreaks_leavesTheOldFileAndNoPart() throws Exception {
    Path source = local("new", random(500_000));
    Files.write(endpoint.at("/srv/f"), random(10));
    ThrowingCallable upload = () -> connection.files().upload(source, "/srv/f");

    endpoint.onPiece = (path, before) -> failAfter(before);
    assertThat(refused(ErrorCode.REMOTE_FILE_REFUSED, upload)).hasMessageContaining("disk full");
    endpoint.onPiece = (path, before) -> {};
    endpoint.closingAfterWriteFails = true;
    refused(ErrorCode.REMOTE_FILE_REFUSED, upload);
    endpoint.closingAfterWriteFails = false;
    endpoint.renameFails = true;
    refused(ErrorCode.REMOTE_FILE_REFUSED, upload);

    assertThat(filesIn(endpoint.at("/srv"))).containsExactly("f");
    assertThat(Files.readAllBytes(endpoint.at("/srv/f"))).isEqualTo(random(10));
  }

  private static void failAfter(long before) throws IOException {
    if (before > 200_000) {
      throw new IOException("disk full");
    }
  }

  @Test
  @Rule("TOOL-8")
  void aDownloadThatBreaks_leavesTheOldFileAndNoPart() throws Exception {
    Files.write(endpoint.at("/srv/f"), random(500_000));
    Path target = local("f", random(10));
    ThrowingCallable download = () -> connection.files().download("/srv/f", target);

    endpoint.onPiece = (path, before) -> failAfter(before);
    refused(ErrorCode.REMOTE_FILE_REFUSED, download);
    endpoint.onPiece = (path, before) -> {};
    endpoint.readEndsEarlyAt = 131_072;
    assertThat(refused(ErrorCode.ENDPOINT_CLOSED, download))
        .hasMessageContaining("131072 of 500000 bytes");

    assertThat(filesIn(here)).containsExactly("f");
    assertThat(Files.readAllBytes(target)).isEqualTo(random(10));
  }

  @Test
  void aFileThatShrinksWhileItIsRead_isAllThereIs() throws Exception {
    Files.write(endpoint.at("/srv/log"), random(300_000));
    endpoint.onPiece =
        (path, before) -> {
          if (before == 0) {
            Files.write(endpoint.at("/srv/log"), random(7));
          }
        };
    assertThat(connection.files().download("/srv/log", here.resolve("log")).bytes()).isEqualTo(7);
  }

  @Test
  @Rule("SES-12")
  void aFreezeInTheMiddle_stopsATransferInEitherDirection() throws Exception {
    Path source = local("new", random(1_000_000));
    Files.write(endpoint.at("/srv/f"), random(1_000_000));
    endpoint.onPiece =
        (path, before) -> {
          if (before > 300_000) {
            rig.gate.become(FakeGate.State.FROZEN);
          }
        };

    refused(ErrorCode.SESSION_FROZEN, () -> connection.files().upload(source, "/srv/new"));
    rig.gate.become(FakeGate.State.OPEN);
    refused(
        ErrorCode.SESSION_FROZEN, () -> connection.files().download("/srv/f", here.resolve("f")));

    assertThat(filesIn(here)).containsExactly("new");
    assertThat(filesIn(endpoint.at("/srv"))).containsExactly("f");
    assertThat(rig.journal.only("tool.upload").details()).containsEntry("failed", "SESSION_FROZEN");
  }

  @Test
  @Rule("SES-6")
  void closingInTheMiddle_stopsATransferAndRemovesItsPart() throws Exception {
    Path source = local("new", random(1_000_000));
    Thread[] closer = new Thread[1];
    endpoint.onPiece =
        (path, before) -> {
          if (before > 300_000 && closer[0] == null) {
            closer[0] = new Thread(connection::close);
            closer[0].start();
            Awaiting.until(
                "it has stopped all, and waits for them to end",
                () -> Threads.waitsIn(closer[0], ToolThread.class));
          }
        };

    refused(ErrorCode.CLOSED, () -> connection.files().upload(source, "/srv/new"));

    closer[0].join();
    assertThat(filesIn(endpoint.at("/srv"))).isEmpty();
  }

  @Test
  void anInterruptedCaller_givesTheTransferUp() throws Exception {
    Path source = local("new", random(1_000_000));
    endpoint.onPiece = (path, before) -> Thread.currentThread().interrupt();

    refused(ErrorCode.INTERRUPTED, () -> connection.files().upload(source, "/srv/new"));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(filesIn(endpoint.at("/srv"))).isEmpty();
  }

  @Test
  void aBreakOfTheConnection_isNotTakenForARefusal() throws Exception {
    Path source = local("new", random(1_000_000));
    endpoint.onPiece =
        (path, before) -> {
          endpoint.drop();
          throw new IOException("reset");
        };
    refused(ErrorCode.ENDPOINT_CLOSED, () -> connection.files().upload(source, "/srv/new"));
  }

  @Test
  void localFaults_areSaidBeforeAnythingRemote() throws Exception {
    PosternException missing =
        refused(
            ErrorCode.LOCAL_FILE_FAILED,
            () -> connection.files().upload(here.resolve("none"), "/srv/f"));
    assertThat(missing).hasMessageContaining("none").hasMessageContaining("there is no such file");
    assertThat(
            refused(ErrorCode.LOCAL_FILE_FAILED, () -> connection.files().upload(here, "/srv/f")))
        .hasMessageContaining("it is a directory");
    assertThat(
            refused(
                ErrorCode.LOCAL_FILE_FAILED,
                () -> connection.files().download("/srv/f", here.resolve("no/such/f"))))
        .hasMessageContaining("there is no directory");
    assertThat(
            refused(ErrorCode.LOCAL_FILE_FAILED, () -> connection.files().download("/srv/f", here)))
        .hasMessageContaining("name the file in it");
    refused(
        ErrorCode.LOCAL_FILE_FAILED,
        () -> connection.files().upload(Path.of("/dev/null"), "/srv/f"));
    refused(ErrorCode.LOCAL_FILE_FAILED, () -> connection.files().download("/srv/f", Path.of("/")));
    assertThat(endpoint.did).isEmpty();
  }

  @Test
  void remoteFaults_areSaidBeforeAnythingIsSent() throws Exception {
    Path source = local("a", random(5));
    for (String path : List.of("/srv", "/srv/", "/srv/..", "", "/srv/\0")) {
      refused(ErrorCode.REMOTE_FILE_REFUSED, () -> connection.files().upload(source, path));
    }
    refused(
        ErrorCode.REMOTE_FILE_REFUSED,
        () -> connection.files().download("/srv", here.resolve("x")));
    refused(
        ErrorCode.REMOTE_FILE_NOT_FOUND,
        () -> connection.files().download("/srv/none", here.resolve("x")));
    assertThat(filesIn(here)).containsExactly("a");
    assertThat(endpoint.did).noneMatch(act -> act.startsWith("write"));
  }

  @Test
  void theLongestNames_stillHavePartNamesThatFileSystemsTake() throws Exception {
    String name = "😀".repeat(60) + "é".repeat(7);
    Path source = local("a", random(5));

    connection.files().upload(source, "/srv/" + name);
    connection.files().download("/srv/" + name, here.resolve(name));

    assertThat(filesIn(here)).contains(name);
    assertThat(filesIn(endpoint.at("/srv"))).containsExactly(name);
  }

  @Test
  @Rule("TOOL-1")
  void eachUse_isRefusedByItsOwnName() throws Exception {
    Path source = local("a", random(5));
    rig.gate.denied.addAll(List.of(Tool.LIST_FILES, Tool.UPLOAD, Tool.DOWNLOAD));

    assertThat(refused(ErrorCode.TOOL_NOT_ALLOWED, () -> connection.files().list("/srv")))
        .hasMessageContaining("LIST_FILES");
    assertThat(
            refused(ErrorCode.TOOL_NOT_ALLOWED, () -> connection.files().upload(source, "/srv/a")))
        .hasMessageContaining("UPLOAD");
    assertThat(
            refused(
                ErrorCode.TOOL_NOT_ALLOWED,
                () -> connection.files().download("/srv/a", here.resolve("b"))))
        .hasMessageContaining("DOWNLOAD");
    assertThat(rig.journal.actions())
        .containsExactly("tool.refused", "tool.refused", "tool.refused");
    assertThat(endpoint.did).isEmpty();
  }
}
