package io.postern.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.credential.Credential;
import io.postern.testing.RequiresProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story with {@code -Dhost}: on a server that is not the story's own. */
class RealServerTest {
  @TempDir Path folder;
  @TempDir Path serverFolder;
  private ExampleServer server;

  @BeforeEach
  void startServer() throws IOException {
    // SFTP's root is the file system here, as it is on any ordinary server.
    server = ExampleServer.start(serverFolder, Path.of("/"));
  }

  @AfterEach
  void stopServer() throws IOException {
    server.close();
  }

  private Play story() {
    return Play.in(folder.resolve("story"))
        .with("host", "127.0.0.1")
        .with("port", server.port())
        .with("user", server.account());
  }

  /** What a person would type, if they knew it. */
  private char[] password() {
    return passwordOf(server);
  }

  static char[] passwordOf(ExampleServer server) {
    try (Credential.Password known = (Credential.Password) server.credential()) {
      return known.password().use(bytes -> UTF_8.decode(bytes).toString()).toCharArray();
    }
  }

  @Test
  void withItsPassword_plays_andChangesNothingThere() throws IOException {
    Play story = story().typing(this::password);

    assertThat(story.play())
        .contains("You         name the account 'orders-admin' of 127.0.0.1:" + server.port())
        .contains("ssh-keygen -lf /etc/ssh/ssh_host_ecdsa_key.pub")
        .contains("has the credential back, unchanged");

    assertThat(Files.readString(story.evidence("report.html"))).contains("INC-4711");
    assertThat(serverFolder).isEmptyDirectory();
    assertThat(server.passwordChanges()).isZero();
  }

  @Test
  void thePassword_standsInNothingThatIsLeft() throws IOException {
    Play story = story().typing(this::password);
    String secret = new String(password());

    assertThat(story.play()).doesNotContain(secret);

    Leftovers.areWithout(folder, story.printed(), List.of(secret));
  }

  @Test
  void withAWrongPassword_saysThatTheLogOnWasRefused() {
    fails(story().typing("not this one"), ErrorCode.LOGON_REFUSED, server.account());
  }

  @Test
  void withNothingTyped_saysWhatToDo() {
    fails(story().typing(""), ErrorCode.SETTINGS_INVALID, "-Dkey=path");
  }

  @Test
  void whereNobodyListens_saysSo() throws IOException {
    try (Deserted deserted = new Deserted()) {
      fails(
          story().with("port", deserted.port()).typing("never asked for"),
          ErrorCode.ENDPOINT_REFUSED,
          "127.0.0.1:" + deserted.port());
    }
  }

  @Test
  void withAHostThatIsUnknown_saysSo() {
    fails(
        story().with("host", "no-such-host.invalid").typing("never asked for"),
        ErrorCode.ENDPOINT_UNREACHABLE,
        "no-such-host.invalid");
  }

  @Test
  @RequiresProgram(value = "sshd", debianPackage = "openssh-server")
  void onOpenSsh_withAKey_plays() throws Exception {
    try (OpenSsh sshd = OpenSsh.start(folder.resolve("sshd"))) {
      Play story =
          Play.in(folder.resolve("story"))
              .with("host", "127.0.0.1")
              .with("port", sshd.port())
              .with("key", sshd.key());

      assertThat(story.play()).contains("ssh_host_ed25519_key.pub", "takes the private key of");

      assertThat(Files.readString(story.evidence("work.txt"))).contains("Order 1007 waits");
      assertThat(Files.readString(story.evidence("report.html"))).contains("INC-4711");
    }
  }

  @Test
  @RequiresProgram(value = "sshd", debianPackage = "openssh-server")
  void onOpenSsh_withAKeyThatHasAPassphrase_asksForIt() throws Exception {
    try (OpenSsh sshd = OpenSsh.start(folder.resolve("sshd"))) {
      Path key = sshd.keyWithPassphrase("correct horse");
      Play story =
          Play.in(folder.resolve("story"))
              .with("host", "127.0.0.1")
              .with("port", sshd.port())
              .with("key", key);

      fails(story.typing("wrong horse"), ErrorCode.PRECONDITION_FAILED, "key");
      assertThat(story.typing("correct horse").play()).contains("takes the private key of");
    }
  }

  @Test
  @RequiresProgram(value = "sshd", debianPackage = "openssh-server")
  void onOpenSsh_withAFileThatIsNoKey_saysSo() throws Exception {
    Path noKey = Files.writeString(folder.resolve("id_none"), "this is no key\n");
    try (OpenSsh sshd = OpenSsh.start(folder.resolve("sshd"))) {
      fails(
          Play.in(folder.resolve("story"))
              .with("host", "127.0.0.1")
              .with("port", sshd.port())
              .with("key", noKey),
          ErrorCode.PRECONDITION_FAILED,
          "key");
    }
  }

  private static void fails(Play story, ErrorCode code, String... saying) {
    story.endsEarly(code, saying);
  }
}
