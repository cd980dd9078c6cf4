package io.postern.proofs.leak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * An SSH server in a process of its own, whose accounts and passwords are files in a directory. Who
 * has logged on can have it show the account's password, in one piece and in several.
 */
final class SshEndpoint {
  private SshEndpoint() {}

  public static void main(String[] arguments) throws Exception {
    Path accounts = Path.of(arguments[0]);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    SshServer sshd = SshServer.setUpDefaultServer();
    sshd.setHost("127.0.0.1");
    sshd.setPort(0);
    sshd.setKeyPairProvider(KeyPairProvider.wrap(generator.generateKeyPair()));
    sshd.setPasswordAuthenticator(
        (user, password, session) ->
            Arrays.equals(password.getBytes(UTF_8), read(accounts.resolve(user))));
    sshd.setPublickeyAuthenticator((user, key, session) -> user.equals("keyed"));
    sshd.setFileSystemFactory(
        new VirtualFileSystemFactory(Files.createDirectories(Path.of(arguments[1]))));
    sshd.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    sshd.setCommandFactory((channel, line) -> new Talker(accounts, line));
    sshd.setShellFactory(channel -> new Talker(accounts, null));
    sshd.start();
    System.out.println(sshd.getPort());
    System.in.read(); // Until the parent is gone.
    sshd.stop(true);
  }

  private static byte[] read(Path file) {
    try {
      return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Does what it is told: one line as a command, each line as a shell. */
  private static final class Talker implements Command, Runnable {
    private final Path accounts;
    private final String line;
    private InputStream in;
    private OutputStream out;
    private ExitCallback exit;
    private byte[] secret;

    Talker(Path accounts, String line) {
      this.accounts = accounts;
      this.line = line;
    }

    @Override
    public void setInputStream(InputStream stream) {
      in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
      out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {}

    @Override
    public void setExitCallback(ExitCallback callback) {
      exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
      secret = read(accounts.resolve(channel.getSession().getUsername()));
      Thread thread = new Thread(this, "talker");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void run() {
      try {
        if (line != null) {
          obey(line);
        } else {
          BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
          for (String next = lines.readLine(); next != null; next = lines.readLine()) {
            obey(next);
          }
        }
        exit.onExit(0);
      } catch (IOException e) {
        exit.onExit(1);
      }
    }

    private void obey(String order) throws IOException {
      switch (order) {
        case "show whole" -> say(0, secret.length);
        case "show halves" -> {
          say(0, secret.length / 2);
          pause();
          say(secret.length / 2, secret.length);
        }
        case "show bytes" -> {
          for (int i = 0; i < secret.length; i++) {
            say(i, i + 1);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
          }
        }
        case "show and hang" -> {
          say(0, secret.length);
          LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(20));
        }
        default -> {
          out.write(order.getBytes(UTF_8));
        }
      }
      out.write(" done.\r\n".getBytes(UTF_8));
      out.flush();
    }

    private static void pause() {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }

    private void say(int from, int to) throws IOException {
      out.write(secret, from, to - from);
      out.flush();
    }

    @Override
    public void destroy(ChannelSession channel) {}
  }
}
