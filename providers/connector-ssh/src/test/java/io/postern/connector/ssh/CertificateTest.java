package io.postern.connector.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.connector.Connector;
import io.postern.testing.RequiresProgram;
import io.postern.testing.Rule;
import io.postern.testing.Sshd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Log-ons with OpenSSH certificates at a real sshd that trusts one authority. */
@RequiresProgram(value = "sshd", debianPackage = "openssh-server")
@Timeout(90)
class CertificateTest {
  @TempDir Path temp;
  private final Connector connector = Ssh.connector();
  private OpenSshServer server;
  private String user;

  @BeforeEach
  void start() throws Exception {
    keys("ca", "ed25519");
    keys("other-ca", "ed25519");
    server =
        new OpenSshServer(temp.resolve("server"), "TrustedUserCAKeys " + temp.resolve("ca.pub"));
    user = server.credential().username();
  }

  @AfterEach
  void stop() throws Exception {
    connector.close();
    server.close();
  }

  private void keys(String name, String type, String... more) throws Exception {
    String[] command = {
      "ssh-keygen", "-q", "-t", type, "-N", "", "-f", temp.resolve(name).toString()
    };
    Sshd.run(join(command, more));
  }

  private static String[] join(String[] one, String... other) {
    String[] both = java.util.Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  /** A key of this type with a certificate of the authority's. */
  private Credential signed(String type, String ca, String principal, String... more)
      throws Exception {
    keys("key", type);
    return certificate("key", sign("key", ca, principal, more));
  }

  private String sign(String key, String ca, String principal, String... more) throws Exception {
    String[] command = {
      "ssh-keygen", "-q", "-s", temp.resolve(ca).toString(), "-I", "test", "-n", principal
    };
    String[] file = {temp.resolve(key + ".pub").toString()};
    Sshd.run(join(join(command, more), file));
    return Files.readString(temp.resolve(key + "-cert.pub"));
  }

  private Credential certificate(String key, String line) throws Exception {
    return Credential.certificate(
        user, Secret.takeFrom(Files.readAllBytes(temp.resolve(key))), line);
  }

  private PosternException refused(ErrorCode code, Credential credential) {
    try (credential) {
      PosternException refusal =
          catchThrowableOfType(
              PosternException.class,
              () -> Ssh.open(connector, server.port(), credential, Ssh.only(server.hostKey())));
      assertThat(refusal).isNotNull();
      assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
      return refusal;
    }
  }

  private long tries() {
    return server.log.stream().filter(line -> line.contains("Failed publickey")).count();
  }

  private void assertTriedOnce() {
    Ssh.await(() -> tries() == 1, Duration.ofSeconds(10));
    assertThat(tries()).isEqualTo(1);
  }

  /** RSA too: the names of the newer hashes are spoken here, not sshj's. */
  @ParameterizedTest
  @CsvSource({"ed25519", "ecdsa", "rsa"})
  @Rule("INJ-2")
  void open_certificateOfTheTrustedAuthority_logsOn(String type) throws Exception {
    try (Credential credential = signed(type, "ca", user)) {
      Ssh.open(connector, server.port(), credential, Ssh.only(server.hostKey())).close();
    }
    Ssh.await(
        () -> server.log.stream().anyMatch(l -> l.contains("Accepted publickey for " + user)),
        Ssh.PATIENCE);
    assertThat(tries()).isZero();
  }

  @Test
  @Rule({"INJ-2", "INJ-6"})
  void open_expiredCertificate_isTriedOnce_andTheTextSaysSince() throws Exception {
    PosternException refusal =
        refused(
            ErrorCode.LOGON_REFUSED,
            signed("ed25519", "ca", user, "-V", "20200101000000Z:20200102000000Z"));
    assertThat(refusal).hasMessageContaining("certificate expired at 2020-01-02T00:00:00Z");
    assertTriedOnce();
  }

  @Test
  @Rule("INJ-6")
  void open_certificateForAnotherAccount_isTriedOnce_andTheTextNamesBoth() throws Exception {
    PosternException refusal =
        refused(ErrorCode.LOGON_REFUSED, signed("ecdsa", "ca", "somebody-else"));
    assertThat(refusal)
        .hasMessageContaining("certificate is for 'somebody-else', not for this one")
        .hasMessageContaining("'" + user + "'");
    assertTriedOnce();
  }

  @Test
  @Rule("INJ-6")
  void open_certificateOfAnotherAuthority_isTriedOnce() throws Exception {
    PosternException refusal =
        refused(ErrorCode.LOGON_REFUSED, signed("ed25519", "other-ca", user));
    assertThat(refusal).hasMessageContaining("its own log does");
    assertTriedOnce();
  }

  @Test
  @Rule("INJ-6")
  void open_certificateForAnotherKey_isNotTried() throws Exception {
    keys("one", "ed25519");
    keys("two", "ed25519");
    PosternException refusal =
        refused(ErrorCode.PRECONDITION_FAILED, certificate("one", sign("two", "ca", user)));
    assertThat(refusal).hasMessageContaining("another ssh-ed25519 key");
    assertThat(tries()).isZero();
  }

  @Test
  void open_certificateOfAHost_isNotTried() throws Exception {
    keys("host", "ed25519");
    PosternException refusal =
        refused(ErrorCode.PRECONDITION_FAILED, certificate("host", sign("host", "ca", user, "-h")));
    assertThat(refusal).hasMessageContaining("it is a host's");
    assertThat(tries()).isZero();
  }

  @Test
  void open_textThatIsNoCertificate_isNotTried_andTheTextSaysWhatItMustBe() throws Exception {
    keys("plain", "ed25519");
    for (String line :
        new String[] {
          Files.readString(temp.resolve("plain.pub")),
          "ssh-ed25519-cert-v01@openssh.com AAAA",
          "ssh-ed25519-cert-v01@openssh.com !!",
          "ssh-ed25519-cert-v01@openssh.com AAAAB3NzaC1yc2EAAAADAQABAAABAQ==",
          "nothing"
        }) {
      PosternException refusal = refused(ErrorCode.PRECONDITION_FAILED, certificate("plain", line));
      assertThat(refusal).hasMessageContaining("the certificate of '" + user + "'");
    }
    assertThat(tries()).isZero();
  }

  /** Whatever is cut off or turned over in a certificate, it says so and nothing else. */
  @Test
  void read_damagedCertificate_isRefusedInWords() throws Exception {
    keys("key", "ecdsa");
    String[] words = sign("key", "ca", user).split(" ");
    byte[] whole = java.util.Base64.getDecoder().decode(words[1]);
    for (int cut = 0; cut < whole.length; cut++) {
      String line =
          words[0]
              + " "
              + java.util.Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(whole, cut));
      Throwable thrown =
          org.assertj.core.api.Assertions.catchThrowable(() -> UserCertificate.read(line));
      if (thrown != null) {
        assertThat(thrown).as("cut at " + cut).isInstanceOf(CertificateUnreadable.class);
      }
    }
  }
}
