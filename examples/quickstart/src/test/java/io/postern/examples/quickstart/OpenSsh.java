package io.postern.examples.quickstart;

import io.postern.testing.Sshd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The sshd of this machine with a key that may log on as whoever runs the tests. */
final class OpenSsh implements AutoCloseable {
  private final Path folder;
  private final Sshd sshd;

  private OpenSsh(Path folder, Sshd sshd) {
    this.folder = folder;
    this.sshd = sshd;
  }

  static OpenSsh start(Path folder) throws Exception {
    Files.createDirectories(folder);
    newKey(folder.resolve("host"), "");
    newKey(folder.resolve("user"), "");
    Files.copy(folder.resolve("user.pub"), folder.resolve("authorized"));
    return new OpenSsh(folder, Sshd.start(folder, List.of("HostKey " + folder.resolve("host"))));
  }

  private static void newKey(Path file, String passphrase) throws Exception {
    Sshd.run("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", file.toString());
  }

  int port() {
    return sshd.port();
  }

  /** A private key that may log on as whoever runs this. */
  Path key() {
    return folder.resolve("user");
  }

  Path keyWithPassphrase(String passphrase) throws Exception {
    Path key = folder.resolve("guarded");
    newKey(key, passphrase);
    Files.copy(
        folder.resolve("guarded.pub"),
        folder.resolve("authorized"),
        StandardCopyOption.REPLACE_EXISTING);
    return key;
  }

  @Override
  public void close() throws Exception {
    sshd.close();
  }
}
