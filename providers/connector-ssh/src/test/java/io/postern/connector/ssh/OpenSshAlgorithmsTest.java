package io.postern.connector.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Credential;
import io.postern.spi.connector.CommandChannel;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.RunsCommands.CommandRequest;
import io.postern.testing.RequiresProgram;
import io.postern.testing.Rule;
import java.nio.file.Path;
import java.security.Security;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each algorithm alone against OpenSSH, in a JVM where Bouncy Castle is no registered provider:
 * with MINA SSHD in it, it is one, and hides what needs it.
 */
@Timeout(60)
@RequiresProgram(value = "sshd", debianPackage = "openssh-server")
class OpenSshAlgorithmsTest {
  @TempDir Path temp;

  @BeforeEach
  @AfterEach
  void bouncyCastle_isNotRegistered() {
    assertThat(Security.getProvider("BC")).isNull();
  }

  private void works(String key, String... settings) throws Exception {
    try (OpenSshServer server = new OpenSshServer(temp.resolve("server"), settings);
        Connector connector = Ssh.connector();
        Credential credential = server.credential()) {
      SshConnection connection =
          Ssh.open(connector, server.port(), credential, Ssh.only(server.hostKey(key)));
      try (CommandChannel command =
          connection.start(new CommandRequest("head -c 300000 /dev/zero"))) {
        assertThat(command.output().readAllBytes()).hasSize(300_000);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"host_ed25519", "host_ecdsa", "host_rsa"})
  @Rule("INJ-5")
  void hostKey_ofTheEnrolledKind_isAskedForAndTaken(String key) throws Exception {
    works(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521"
      })
  void keyExchange_works(String name) throws Exception {
    works("host_ed25519", "KexAlgorithms " + name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com",
        "aes128-ctr",
        "aes192-ctr",
        "aes256-ctr",
        "chacha20-poly1305@openssh.com"
      })
  void cipher_works_andSurvivesARekey(String name) throws Exception {
    works("host_ed25519", "Ciphers " + name, "RekeyLimit 100K");
  }
}
