package io.postern.examples.quickstart;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.HostKey;
import io.postern.jump.JumpItemId;
import io.postern.spi.credential.PasswordChanger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * A server that somebody named with {@code -Dhost}. The story changes nothing there but one file
 * below {@code /tmp}, which it removes again; above all it changes no password.
 */
final class RealServer implements Place {
  private final Options options;
  private final Terminal terminal;
  private final String unique = UUID.randomUUID().toString().substring(0, 8);

  RealServer(Options options, Terminal terminal) {
    this.options = options;
    this.terminal = terminal;
  }

  @Override
  public JumpItemId item() {
    return JumpItemId.of(host());
  }

  @Override
  public String host() {
    return options.host().orElseThrow();
  }

  @Override
  public int port() {
    return options.port();
  }

  @Override
  public String account() {
    return options.user();
  }

  String address() {
    return host() + ":" + port();
  }

  @Override
  public Credential credential() {
    return options.key().map(this::privateKey).orElseGet(this::password);
  }

  private Credential password() {
    char[] typed = terminal.ask("Password of " + account() + " at " + address() + ": ");
    if (typed.length == 0) {
      throw new PosternException(
          ErrorCode.SETTINGS_INVALID,
          "no password was typed; type it when asked, or name a private key with -Dkey=path");
    }
    return Credential.password(account(), Secret.takeFrom(typed)); // wipes the characters
  }

  private Credential privateKey(Path file) {
    Secret key = read(file);
    if (!terminal.isThere()) {
      return Credential.privateKey(account(), key);
    }
    char[] typed = terminal.ask("Passphrase of " + file + " (just Enter if it has none): ");
    return typed.length == 0
        ? Credential.privateKey(account(), key)
        : Credential.privateKey(account(), key, Secret.takeFrom(typed));
  }

  private static Secret read(Path file) {
    try {
      return Secret.takeFrom(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new PosternException(
          ErrorCode.LOCAL_FILE_FAILED, "key file " + file + " cannot be read: " + e, e);
    }
  }

  @Override
  public String pathOf(String fileName) {
    return "/tmp/postern-" + unique + "-" + fileName;
  }

  @Override
  public Optional<PasswordChanger> passwordChanger() {
    return Optional.empty();
  }

  @Override
  public String howToCheck(HostKey seen) {
    return "should compare it, over there: ssh-keygen -lf /etc/ssh/ssh_host_"
        + seen.algorithm().replaceFirst("^ssh-", "").replaceFirst("-.*", "")
        + "_key.pub";
  }

  @Override
  public String howItWasReturned(int rotations) {
    return "has the credential back, unchanged: this story never changes a real account's password."
        + " With .rotatingAfterUse() in its policy, yours would have it changed now.";
  }

  @Override
  public void close() {}
}
