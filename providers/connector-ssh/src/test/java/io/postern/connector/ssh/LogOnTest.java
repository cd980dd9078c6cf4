package io.postern.connector.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.HostKey;
import io.postern.spi.connector.Connector;
import io.postern.testing.Proof;
import io.postern.testing.RequiresProgram;
import io.postern.testing.Rule;
import io.postern.testing.Sshd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.auth.keyboard.InteractiveChallenge;
import org.apache.sshd.server.auth.keyboard.KeyboardInteractiveAuthenticator;
import org.apache.sshd.server.session.ServerSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How credentials are used: each once, after the host key, and never beside what asks for them. */
@Timeout(60)
class LogOnTest {
  @TempDir Path temp;
  private final Connector connector = Ssh.connector();
  private MinaServer server;

  @BeforeEach
  void start() throws Exception {
    server = new MinaServer(temp.resolve("server"));
  }

  @AfterEach
  void stop() throws Exception {
    connector.close();
    server.close();
  }

  private PosternException refused(Credential credential) {
    try (credential) {
      return catchThrowableOfType(
          PosternException.class,
          () -> Ssh.open(connector, server.port(), credential, Ssh.anyKey()));
    }
  }

  private void opens(Credential credential) {
    try (credential) {
      Ssh.open(connector, server.port(), credential, Ssh.anyKey()).close();
    }
  }

  private static Credential password(String password) {
    return Credential.password(MinaServer.USER, Ssh.secret(password));
  }

  @Test
  @Rule({"INJ-2", "INJ-6"})
  void open_rightPassword_isSentOnce() throws Exception {
    server.start();
    opens(password(MinaServer.PASSWORD));
    assertThat(server.passwordTries).hasValue(1);
  }

  @Test
  void open_longPassword_isTaken() throws Exception {
    String longOne = "ü".repeat(2000);
    server.sshd.setPasswordAuthenticator((user, given, session) -> given.equals(longOne));
    server.start();
    opens(password(longOne));
  }

  @Test
  @Rule({"INJ-1", "INJ-6"})
  void open_wrongPassword_isTriedOnceInAll_andTheTextHidesIt() throws Exception {
    AtomicInteger prompts = new AtomicInteger();
    server.sshd.setKeyboardInteractiveAuthenticator(new Asking(prompts, "Password: "));
    server.start();
    PosternException refused = refused(password("wrong-canary"));
    assertThat(refused.code()).isEqualTo(ErrorCode.LOGON_REFUSED);
    assertThat(refused)
        .hasMessageContaining("'maya'")
        .hasMessageContaining("127.0.0.1:" + server.port())
        .hasMessageContaining("password");
    assertThat(stackOf(refused)).doesNotContain("wrong-canary");
    assertThat(server.passwordTries).hasValue(1);
    assertThat(prompts).hasValue(0);
  }

  private static String stackOf(Throwable failure) {
    java.io.StringWriter text = new java.io.StringWriter();
    failure.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }

  @Test
  @Rule({"INJ-2", "INJ-6"})
  void open_serverThatOnlyAsks_isAnsweredOnce() throws Exception {
    AtomicInteger prompts = new AtomicInteger();
    server.sshd.setKeyboardInteractiveAuthenticator(new Asking(prompts, "Password: "));
    CoreModuleProperties.AUTH_METHODS.set(server.sshd, "keyboard-interactive");
    server.start();
    opens(password(MinaServer.PASSWORD));
    assertThat(prompts).hasValue(1);
    assertThat(refused(password("wrong")).code()).isEqualTo(ErrorCode.LOGON_REFUSED);
    assertThat(prompts).hasValue(2);
    assertThat(server.passwordTries).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Verification code: ",
        "New password: ",
        "One-time password (OTP): ",
        "Retype password: ",
        "PIN: ",
        "Your name? "
      })
  @Rule("INJ-1")
  void open_otherQuestions_areNotAnsweredWithThePassword(String question) throws Exception {
    AtomicInteger prompts = new AtomicInteger();
    server.sshd.setKeyboardInteractiveAuthenticator(new Asking(prompts, question));
    CoreModuleProperties.AUTH_METHODS.set(server.sshd, "keyboard-interactive");
    server.start();
    PosternException refused = refused(password(MinaServer.PASSWORD));
    assertThat(refused.code()).isEqualTo(ErrorCode.LOGON_REFUSED);
    assertThat(refused).hasMessageContaining("asks '" + question.strip() + "'");
    assertThat(prompts).hasValue(0);
  }

  @Test
  void open_serverThatTakesNoPasswords_isNotSentOne() throws Exception {
    CoreModuleProperties.AUTH_METHODS.set(server.sshd, "publickey");
    server.start();
    PosternException refused = refused(password(MinaServer.PASSWORD));
    assertThat(refused.code()).isEqualTo(ErrorCode.LOGON_REFUSED);
    assertThat(refused).hasMessageContaining("takes only publickey");
    assertThat(server.passwordTries).hasValue(0);
  }

  @Test
  void open_passwordThatIsNotAllThatIsAsked_saysSo() throws Exception {
    CoreModuleProperties.AUTH_METHODS.set(server.sshd, "password,publickey");
    server.start();
    PosternException refused = refused(password(MinaServer.PASSWORD));
    assertThat(refused.code()).isEqualTo(ErrorCode.LOGON_REFUSED);
    assertThat(refused).hasMessageContaining("asks for more: publickey");
  }

  @Test
  @Rule("INJ-5")
  void open_hostKeyRefused_noCredentialWasSent() throws Exception {
    server.start();
    PosternException refusal = new PosternException(ErrorCode.HOST_KEY_CHANGED, "changed");
    try (Credential credential = password(MinaServer.PASSWORD)) {
      assertThat(
              catchThrowableOfType(
                  PosternException.class,
                  () -> Ssh.open(connector, server.port(), credential, Ssh.refusing(refusal))))
          .isSameAs(refusal);
    }
    assertThat(server.passwordTries).hasValue(0);
  }

  @Test
  @Rule("INJ-5")
  void open_hostWithSeveralKeys_isAskedForTheEnrolledKind() throws Exception {
    server.close();
    KeyPair rsa = generate("RSA", 2048);
    KeyPair ec = generate("EC", 384);
    server = new MinaServer(temp.resolve("several"), ec, rsa).start();
    for (HostKey enrolled :
        List.of(MinaServer.wire(rsa.getPublic()), MinaServer.wire(ec.getPublic()))) {
      try (Credential credential = password(MinaServer.PASSWORD)) {
        Ssh.open(connector, server.port(), credential, Ssh.only(enrolled)).close();
      }
    }
  }

  private static KeyPair generate(String kind, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa-256", "ecdsa-384", "ecdsa-521", "rsa-2048"})
  @Rule("INJ-2")
  @RequiresProgram(value = "sshd", debianPackage = "openssh-server")
  void open_keysOfSshKeygen_inEveryForm(String kind) throws Exception {
    String[] words = kind.split("-");
    String bits = words.length > 1 ? words[1] : "256";
    try (OpenSshServer real = new OpenSshServer(temp.resolve("real"))) {
      for (String form : List.of("RFC4716", "PKCS8", "PEM")) {
        if (kind.equals("ed25519") && !form.equals("RFC4716")) {
          continue; // ssh-keygen writes it in its own form only
        }
        for (String passphrase : List.of("", "pass phrase ü")) {
          Path key = real.file(kind + "-" + form + "-" + passphrase.length());
          Sshd.run(
              "ssh-keygen",
              "-q",
              "-t",
              words[0],
              "-b",
              bits,
              "-m",
              form,
              "-a",
              "2",
              "-N",
              passphrase,
              "-f",
              key.toString());
          real.authorise(Path.of(key + ".pub"));
          opensReal(real, key, passphrase);
        }
      }
    }
  }

  @Test
  @Rule("INJ-2")
  @RequiresProgram(value = "sshd", debianPackage = "openssh-server")
  void open_ed25519KeyOfOpenSsl() throws Exception {
    try (OpenSshServer real = new OpenSshServer(temp.resolve("real"))) {
      for (String passphrase : List.of("", "pass phrase ü")) {
        Path plain = real.file("openssl-" + passphrase.length());
        Sshd.run("openssl", "genpkey", "-algorithm", "ed25519", "-out", plain + ".plain");
        Path key = plain;
        if (passphrase.isEmpty()) {
          key = Path.of(plain + ".plain");
        } else {
          Sshd.run(
              "openssl",
              "pkcs8",
              "-topk8",
              "-in",
              plain + ".plain",
              "-out",
              key.toString(),
              "-passout",
              "pass:" + passphrase);
        }
        try (Credential credential = credential("nobody", key, passphrase)) {
          Credential.PrivateKey parts = (Credential.PrivateKey) credential;
          LogOnKey read = KeyFile.read(parts.key(), parts.passphrase());
          HostKey publicKey = HostKey.of("ssh-ed25519", read.publicKey());
          Path line =
              Files.writeString(real.file("line"), "ssh-ed25519 " + publicKey.base64() + "\n");
          real.authorise(line);
        }
        opensReal(real, key, passphrase);
      }
    }
  }

  private void opensReal(OpenSshServer real, Path key, String passphrase) throws Exception {
    String user;
    try (Credential known = real.credential()) {
      user = known.username();
    }
    try (Credential credential = credential(user, key, passphrase)) {
      Ssh.open(connector, real.port(), credential, Ssh.only(real.hostKey())).close();
    }
    if (!passphrase.isEmpty()) {
      try (Credential credential = credential(user, key, "another")) {
        PosternException refused =
            catchThrowableOfType(
                PosternException.class,
                () -> Ssh.open(connector, real.port(), credential, Ssh.anyKey()));
        assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(refused).hasMessageContaining("'" + user + "'");
      }
      try (Credential credential = credential(user, key, "")) {
        PosternException refused =
            catchThrowableOfType(
                PosternException.class,
                () -> Ssh.open(connector, real.port(), credential, Ssh.anyKey()));
        assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(refused).hasMessageContaining("no passphrase");
      }
    }
  }

  private static Credential credential(String user, Path key, String passphrase)
      throws java.io.IOException {
    Secret secret = Secret.takeFrom(Files.readAllBytes(key));
    return passphrase.isEmpty()
        ? Credential.privateKey(user, secret)
        : Credential.privateKey(user, secret, Ssh.secret(passphrase));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no key at all",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMIIB!\n-----END PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\n\n-----END EC PRIVATE KEY-----\n",
        "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
      })
  @Rule("INJ-3")
  void open_unreadableKey_isNamedAndNothingIsTried(String text) throws Exception {
    server.start();
    PosternException refused = refused(Credential.privateKey(MinaServer.USER, Ssh.secret(text)));
    assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(refused).hasMessageContaining("'maya'").hasMessageContaining("cannot be used");
    assertThat(server.keysSeen).isEmpty();
  }

  @Test
  @RequiresProgram(value = "sshd", debianPackage = "openssh-server")
  @Rule("INJ-6")
  void open_wrongPasswordAtOpenSsh_isTriedOnce() throws Exception {
    try (OpenSshServer real = new OpenSshServer(temp.resolve("real"))) {
      Optional<Credential> right = real.password(OpenSshServer.PASSWORD);
      Proof.goesOnWhere(right.isPresent(), "an account with a password can only be made as root");
      try (Credential credential = right.get()) {
        Ssh.open(connector, real.port(), credential, Ssh.only(real.hostKey())).close();
      }
      try (Credential credential = real.password("wrong").orElseThrow()) {
        PosternException refused =
            catchThrowableOfType(
                PosternException.class,
                () -> Ssh.open(connector, real.port(), credential, Ssh.anyKey()));
        assertThat(refused.code()).isEqualTo(ErrorCode.LOGON_REFUSED);
      }
      Ssh.await(
          () -> real.log.stream().anyMatch(line -> line.contains("Failed password")), Ssh.PATIENCE);
      assertThat(real.log.stream().filter(line -> line.contains("Failed "))).hasSize(1);
    }
  }

  /** Asks one question; the answer is right when it is the password. */
  private record Asking(AtomicInteger tries, String question)
      implements KeyboardInteractiveAuthenticator {
    @Override
    public InteractiveChallenge generateChallenge(
        ServerSession session, String username, String language, String submethods) {
      InteractiveChallenge challenge = new InteractiveChallenge();
      challenge.setInteractionName("");
      challenge.setInteractionInstruction("");
      challenge.setLanguageTag("");
      challenge.addPrompt(question, false);
      return challenge;
    }

    @Override
    public boolean authenticate(ServerSession session, String username, List<String> answers) {
      tries.incrementAndGet();
      return answers.equals(List.of(MinaServer.PASSWORD));
    }
  }
}
