package io.postern.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.testing.RequiresProperty;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story with {@code -Dcredentials=vault}. */
class StoryInVaultTest {
  @TempDir Path folder;
  private StandInVault vault;

  @BeforeEach
  void startVault() throws IOException {
    vault = new StandInVault();
  }

  @AfterEach
  void stopVault() {
    vault.close();
  }

  private Play story() {
    return Play.in(folder)
        .with("credentials", "vault")
        .with("vault.address", vault.address())
        .with("vault.token", StandInVault.TOKEN);
  }

  @Test
  void theCredential_isPutThere_used_rotated_andRemoved() throws IOException {
    String told = story().play();

    assertThat(told)
        .contains("HashiCorp Vault or OpenBao at " + vault.address())
        .containsPattern(
            "Vault +takes the password of 'orders-admin': at\\s+secret/postern-quickstart-")
        .contains("Vault       has made a new password, and the server took it")
        .contains("Vault       keeps nothing")
        .endsWith(" s)\n");
    assertThat(vault.passwords()).as("the first, and the one it was rotated to").hasSize(2);
    assertThat(vault.left()).isEmpty();
  }

  @Test
  void neitherPasswordNorToken_isPrintedOrLeftInAFile() throws IOException {
    String told = story().play();

    assertThat(vault.passwords()).isNotEmpty();
    Leftovers.areWithout(folder, told, vault.passwords());
    Leftovers.areWithout(folder, told, List.of(StandInVault.TOKEN));
  }

  @Test
  void anAddressWithASlashAtItsEnd_isTheSame() throws IOException {
    story().with("vault.address", vault.address() + "/").play();

    assertThat(vault.left()).isEmpty();
  }

  @Test
  void onSomebodysServer_thePasswordIsNotRotated_andGoesAgain() throws IOException {
    Path home = Files.createDirectory(folder.resolve("server"));
    try (ExampleServer server = ExampleServer.start(home, Path.of("/"))) {
      Play story =
          Play.in(folder.resolve("story"))
              .with("credentials", "vault")
              .with("vault.address", vault.address())
              .with("vault.token", StandInVault.TOKEN)
              .with("host", "127.0.0.1")
              .with("port", server.port())
              .with("user", server.account())
              .typing(() -> RealServerTest.passwordOf(server));

      assertThat(story.play()).contains("has the credential back, unchanged", "keeps nothing");

      assertThat(vault.passwords()).hasSize(1);
      assertThat(vault.left()).isEmpty();
      assertThat(server.passwordChanges()).isZero();
    }
  }

  @Test
  void whereNobodyListens_saysSo() throws IOException {
    try (Deserted deserted = new Deserted()) {
      String address = "http://127.0.0.1:" + deserted.port();
      PosternException refused =
          story()
              .with("vault.address", address)
              .endsEarly(ErrorCode.CREDENTIAL_UNAVAILABLE, address, "-Dvault.address");
      assertThat(refused).hasNoSuppressedExceptions();
    }
  }

  @Test
  void aTokenThatVaultDoesNotKnow_isDenied_andNotRepeated() {
    PosternException refused =
        story()
            .with("vault.token", "hvs.another-one")
            .endsEarly(ErrorCode.CREDENTIAL_DENIED, "403", "-Dvault.token");
    assertThat(refused).hasMessageNotContaining("hvs.another-one").hasNoSuppressedExceptions();
    assertThat(vault.left()).isEmpty();
  }

  @Test
  void withoutAKeyValueEngine_saysHowToMountOne() {
    vault.refuses("POST secret/", 404, "{\"errors\": [\"no handler for route\"]}");

    PosternException refused =
        story().endsEarly(ErrorCode.CREDENTIAL_UNAVAILABLE, "404", "vault secrets enable");
    assertThat(refused).hasNoSuppressedExceptions();
  }

  @Test
  void anEngineOfVersion1_isRefused_andWhatWentThereIsRemoved() {
    vault.refuses("POST secret/data/", 204, "{}");

    story().endsEarly(ErrorCode.CREDENTIAL_UNAVAILABLE, "version 1", "enable-versioning");

    assertThat(vault.asked())
        .anyMatch(asked -> asked.startsWith("DELETE secret/data/"))
        .last()
        .asString()
        .startsWith("DELETE secret/metadata/");
    assertThat(vault.left()).isEmpty();
  }

  @Test
  void whenTheStoryEndsEarly_nothingStaysThere() {
    vault.refuses("LIST ", 500, "{\"errors\": [\"internal error\"]}");

    story().endsEarly(ErrorCode.SESSION_ENDED, "no answer from vault");

    assertThat(vault.asked()).anyMatch(asked -> asked.startsWith("POST secret/data/"));
    assertThat(vault.left()).isEmpty();
  }

  @Test
  void whatCannotBeRemoved_isNamed_withTheCommandThatRemovesIt() {
    vault.refuses("DELETE ", 403, "{\"errors\": [\"permission denied\"]}");

    PosternException refused =
        story().endsEarly(ErrorCode.CREDENTIAL_DENIED, "vault kv metadata delete secret/");

    assertThat(vault.left()).singleElement().asString().isSubstringOf(refused.getMessage());
  }

  /** A real one: -Dvault.address and -Dvault.token of a Vault or OpenBao in development mode. */
  @Test
  @RequiresProperty({"vault.address", "vault.token"})
  void onARealVault_plays_andLeavesNothing() throws Exception {
    String address = System.getProperty("vault.address");
    String told =
        Play.in(folder)
            .with("credentials", "vault")
            .with("vault.address", address)
            .with("vault.token", System.getProperty("vault.token"))
            .play();

    assertThat(told).contains("has made a new password", "keeps nothing");
    Matcher secret = Pattern.compile("secret/(postern-quickstart-[^,\\s]+)").matcher(told);
    assertThat(secret.find()).isTrue();
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(address + "/v1/secret/metadata/" + secret.group(1)))
                    .header("X-Vault-Token", System.getProperty("vault.token"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(404);
  }
}
