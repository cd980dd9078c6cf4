package io.postern.connector.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.credential.Credential;
import io.postern.jump.HostKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.shell.ProcessShellFactory;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * Apache MINA SSHD in this process; commands run in a real shell, the interactive one is scripted.
 */
final class MinaServer implements TestServer {
  static final String USER = "maya";
  static final String PASSWORD = "correct horse";

  final SshServer sshd = SshServer.setUpDefaultServer();
  final AtomicInteger passwordTries = new AtomicInteger();
  final AtomicInteger promptTries = new AtomicInteger();
  final List<PublicKey> keysSeen = new CopyOnWriteArrayList<>();
  final KeyPair hostKeys;
  private final Path directory;

  MinaServer(Path directory) throws Exception {
    this(directory, ecdsaKey());
  }

  /** MINA takes Ed25519 keys of certain libraries only. */
  private static KeyPair ecdsaKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  MinaServer(Path directory, KeyPair... hostKeys) throws Exception {
    this.directory = Files.createDirectories(directory);
    this.hostKeys = hostKeys[0];
    sshd.setHost("127.0.0.1");
    sshd.setPort(0);
    sshd.setKeyPairProvider(KeyPairProvider.wrap(hostKeys));
    sshd.setPasswordAuthenticator(
        (user, password, session) -> {
          passwordTries.incrementAndGet();
          return user.equals(USER) && password.equals(PASSWORD);
        });
    sshd.setPublickeyAuthenticator((user, key, session) -> keysSeen.add(key));
    sshd.setFileSystemFactory(new VirtualFileSystemFactory(directory));
    sshd.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    sshd.setCommandFactory(
        (channel, command) ->
            new ProcessShellFactory(command, "/bin/sh", "-c", command).createShell(channel));
    sshd.setShellFactory(channel -> new ScriptedShell());
  }

  MinaServer start() throws IOException {
    sshd.start();
    return this;
  }

  @Override
  public int port() {
    return sshd.getPort();
  }

  @Override
  public HostKey hostKey() {
    return wire(hostKeys.getPublic());
  }

  static HostKey wire(PublicKey key) {
    ByteArrayBuffer buffer = new ByteArrayBuffer();
    buffer.putRawPublicKey(key);
    return HostKey.of(
        org.apache.sshd.common.config.keys.KeyUtils.getKeyType(key), buffer.getCompactData());
  }

  @Override
  public Credential credential() {
    return Credential.password(USER, Ssh.secret(PASSWORD));
  }

  @Override
  public String remoteDirectory() {
    return "/";
  }

  @Override
  public Path localDirectory() {
    return directory;
  }

  @Override
  public void close() throws IOException {
    sshd.stop(true);
  }

  /** Understands what the suite types, and tells of sizes and signals. */
  private static final class ScriptedShell implements Command, Runnable {
    private InputStream in;
    private OutputStream out;
    private ExitCallback exit;
    private Environment environment;

    @Override
    public void setInputStream(InputStream in) {
      this.in = in;
    }

    @Override
    public void setOutputStream(OutputStream out) {
      this.out = out;
    }

    @Override
    public void setErrorStream(OutputStream err) {}

    @Override
    public void setExitCallback(ExitCallback exit) {
      this.exit = exit;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
      this.environment = environment;
      environment.addSignalListener((c, signal) -> say("got-signal\n"), Signal.USR1);
      Thread thread = new Thread(this, "scripted-shell");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void run() {
      try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          switch (line) {
            case "echo sum-$((1+1))" -> say("sum-2\n");
            case "stty size" ->
                say(
                    environment.getEnv().get(Environment.ENV_LINES)
                        + " "
                        + environment.getEnv().get(Environment.ENV_COLUMNS)
                        + "\n");
            case "exit" -> {
              exit.onExit(0);
              return;
            }
            default -> say("$ ");
          }
        }
        exit.onExit(0);
      } catch (IOException e) {
        exit.onExit(1);
      }
    }

    private synchronized void say(String text) {
      try {
        out.write(text.getBytes(UTF_8));
        out.flush();
      } catch (IOException e) {
        // the client is gone
      }
    }

    @Override
    public void destroy(ChannelSession channel) {}
  }
}
