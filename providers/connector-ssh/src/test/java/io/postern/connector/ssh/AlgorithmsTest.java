package io.postern.connector.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Credential;
import io.postern.jump.HostKey;
import io.postern.spi.Settings;
import io.postern.spi.connector.CommandChannel;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.RunsCommands.CommandRequest;
import java.nio.file.Path;
import java.util.List;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.common.Factory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What we offer, and that all of it works. */
@Timeout(60)
class AlgorithmsTest {
  @TempDir Path temp;

  private static Config proposal(List<HostKey> enrolled) {
    return new Algorithms().proposal(new PeerCheck("here:22", false, key -> {}), enrolled);
  }

  @Test
  void proposal_isTheListWeDocument() {
    Config config = proposal(List.of());
    assertThat(Factory.Named.Util.getNames(config.getKeyExchangeFactories()))
        .containsExactly(
            "curve25519-sha256",
            "curve25519-sha256@libssh.org",
            "ecdh-sha2-nistp256",
            "ecdh-sha2-nistp384",
            "ecdh-sha2-nistp521");
    assertThat(Factory.Named.Util.getNames(config.getCipherFactories()))
        .containsExactly(
            "aes128-gcm@openssh.com",
            "aes256-gcm@openssh.com",
            "aes128-ctr",
            "aes192-ctr",
            "aes256-ctr",
            "chacha20-poly1305@openssh.com");
    assertThat(Factory.Named.Util.getNames(config.getMACFactories()))
        .containsExactly(
            "hmac-sha2-256-etm@openssh.com",
            "hmac-sha2-512-etm@openssh.com",
            "hmac-sha2-256",
            "hmac-sha2-512");
    assertThat(Factory.Named.Util.getNames(config.getKeyAlgorithms()))
        .containsExactly(
            "ssh-ed25519",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "rsa-sha2-512",
            "rsa-sha2-256");
  }

  @Test
  void proposal_putsKindsOfEnrolledKeysFirst_inTheirOrder() {
    byte[] any = {1};
    Config config =
        proposal(List.of(HostKey.of("ssh-rsa", any), HostKey.of("ecdsa-sha2-nistp384", any)));
    assertThat(Factory.Named.Util.getNames(config.getKeyAlgorithms()))
        .startsWith("rsa-sha2-512", "rsa-sha2-256", "ecdsa-sha2-nistp384", "ssh-ed25519");
  }

  @ParameterizedTest
  @EnumSource(
      value = BuiltinCiphers.class,
      names = {
        "aes128gcm",
        "aes256gcm",
        "aes128ctr",
        "aes192ctr",
        "aes256ctr",
        "cc20p1305_openssh"
      })
  void cipher_works(BuiltinCiphers cipher) throws Exception {
    try (MinaServer server = new MinaServer(temp.resolve("server"))) {
      server.sshd.setCipherFactories(List.of(cipher));
      transfers(server);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = BuiltinMacs.class,
      names = {"hmacsha256etm", "hmacsha512etm", "hmacsha256", "hmacsha512"})
  void mac_works(BuiltinMacs mac) throws Exception {
    try (MinaServer server = new MinaServer(temp.resolve("server"))) {
      server.sshd.setCipherFactories(List.of(BuiltinCiphers.aes128ctr));
      server.sshd.setMacFactories(List.of(mac));
      transfers(server);
    }
  }

  private static void transfers(MinaServer server) throws Exception {
    server.start();
    try (Connector connector = Ssh.connector(Settings.none());
        Credential credential =
            Credential.password(MinaServer.USER, Ssh.secret(MinaServer.PASSWORD))) {
      SshConnection connection =
          Ssh.open(connector, server.port(), credential, Ssh.only(server.hostKey()));
      try (CommandChannel command =
          connection.start(new CommandRequest("head -c 1000000 /dev/zero"))) {
        assertThat(command.output().readAllBytes()).hasSize(1_000_000);
      }
    }
  }
}
