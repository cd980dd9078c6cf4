package io.postern.connector.ssh;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.HostKey;
import io.postern.testing.Sshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The sshd of this machine, with its own settings, keys and port, run by whoever runs the tests.
 */
final class OpenSshServer implements TestServer {
  static final String PASSWORD = "correct horse";

  final List<String> log;
  private final Path directory;
  private final Path files;
  private final Sshd sshd;

  /** Root gets no signals from sshd, and has no password; so as root, an account is made. */
  private final boolean asRoot = System.getProperty("user.name").equals("root");

  private final String user;
  private boolean accountMade;

  OpenSshServer(Path directory, String... more) throws Exception {
    this.directory = Files.createDirectories(directory.toAbsolutePath());
    this.files = Files.createDirectories(this.directory.resolve("files"));
    this.user = asRoot ? makeAccount() : System.getProperty("user.name");
    Sshd.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path("host_ed25519"));
    Sshd.run("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", path("host_ecdsa"));
    Sshd.run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", path("host_rsa"));
    Sshd.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path("user"));
    Files.copy(this.directory.resolve("user.pub"), this.directory.resolve("authorized"));
    List<String> settings =
        new ArrayList<>(
            List.of(
                "HostKey " + path("host_ed25519"),
                "HostKey " + path("host_ecdsa"),
                "HostKey " + path("host_rsa"),
                "LogLevel VERBOSE"));
    settings.addAll(Arrays.asList(more));
    this.sshd = Sshd.start(this.directory, settings);
    this.log = sshd.log();
  }

  private String makeAccount() throws Exception {
    // The account must reach its key and its files.
    for (Path reached : List.of(directory.getParent(), directory, files)) {
      Files.setPosixFilePermissions(reached, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    String name = "pt" + Long.toHexString(System.nanoTime());
    String hash = Sshd.run("openssl", "passwd", "-6", PASSWORD).strip();
    Sshd.run("useradd", "-M", "-d", files.toString(), "-s", "/bin/sh", "-p", hash, name);
    accountMade = true;
    Sshd.run("chown", name, files.toString());
    return name;
  }

  /** The account's log-on by password, where there is such an account. */
  Optional<Credential> password(String password) {
    return accountMade
        ? Optional.of(Credential.password(user, Ssh.secret(password)))
        : Optional.empty();
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Lets keys with this public part log on. */
  void authorise(Path publicKey) throws IOException {
    Files.writeString(
        directory.resolve("authorized"),
        Files.readString(directory.resolve("authorized")) + Files.readString(publicKey));
  }

  @Override
  public int port() {
    return sshd.port();
  }

  @Override
  public HostKey hostKey() {
    return hostKey("host_ed25519");
  }

  HostKey hostKey(String name) {
    try {
      String[] words = Files.readString(directory.resolve(name + ".pub")).split(" ");
      return new HostKey(words[0], words[1]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Credential credential() {
    return key("user");
  }

  Credential key(String name) {
    try {
      return Credential.privateKey(
          user, Secret.takeFrom(Files.readAllBytes(directory.resolve(name))));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String remoteDirectory() {
    return files.toString();
  }

  @Override
  public Path localDirectory() {
    return files;
  }

  @Override
  public void close() throws Exception {
    sshd.close();
    if (accountMade) {
      Sshd.run("userdel", "-f", user);
    }
  }
}
