package io.postern.samples;

import io.postern.Postern;
import io.postern.core.PosternBuilder;
import io.postern.credential.Secret;
import io.postern.credential.file.CredentialEntry;
import io.postern.credential.file.EncryptedCredentialFile;
import io.postern.credential.file.FileKey;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.Catalog;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.GroupId;
import io.postern.session.Tool;
import io.postern.spi.Settings;
import io.postern.spi.directory.PersonDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.shell.InteractiveProcessShellFactory;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * What the samples of the documents stand on: an SSH server on loopback, and a credential file that
 * knows its password.
 */
final class SampleSite implements AutoCloseable {
  private final Path folder;
  private final SshServer server;
  private Secret password = Secret.takeFrom(typed("sample-password-of-nobody"));

  private SampleSite(Path folder, SshServer server) {
    this.folder = folder;
    this.server = server;
  }

  static SampleSite open(Path folder) throws IOException {
    Path files = Files.createDirectories(folder.resolve("endpoint"));
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(folder.resolve("host.key")));
    server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
    server.setShellFactory(InteractiveProcessShellFactory.INSTANCE);
    server.setFileSystemFactory(new VirtualFileSystemFactory(files));
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    SampleSite site = new SampleSite(folder, server);
    server.setPasswordAuthenticator(
        (user, given, session) -> user.equals("app") && site.isPassword(given));
    server.start();
    site.keepPassword(folder.resolve("credentials.postern"), typedPassphrase(), typedPassword());
    return site;
  }

  private void keepPassword(Path path, char[] typedPassphrase, char[] typedPassword) {
    // region credential-file
    try (Secret passphrase = Secret.takeFrom(typedPassphrase); // wipes what was typed
        EncryptedCredentialFile file =
            EncryptedCredentialFile.create(path, FileKey.passphrase(passphrase));
        Secret password = Secret.takeFrom(typedPassword)) {
      file.put(
          CredentialEntry.password("orders-app", "app").forItem("orders-db").build(), password);
    }
    // endregion
    if (typedPassphrase[0] != 0 || typedPassword[0] != 0) {
      throw new AssertionError("what was typed is still there");
    }
  }

  /** Adds the same account for another item, for one holder at a time. */
  void keepExclusive(String key, String item) {
    try (Secret passphrase = Secret.takeFrom(typedPassphrase());
        EncryptedCredentialFile file =
            EncryptedCredentialFile.open(
                folder.resolve("credentials.postern"), FileKey.passphrase(passphrase));
        Secret known = Secret.takeFrom(typedPassword())) {
      file.put(CredentialEntry.password(key, "app").forItem(item).exclusive().build(), known);
    }
  }

  private static char[] typed(String text) {
    return text.toCharArray();
  }

  static char[] typedPassphrase() {
    return typed("sample passphrase of nobody");
  }

  /** What a person would type. */
  static char[] typedPassword() {
    return typed("sample-password-of-nobody");
  }

  int port() {
    return server.getPort();
  }

  synchronized boolean isPassword(String given) {
    try (Secret guess = Secret.takeFrom(typed(given))) {
      return password.sameAs(guess);
    }
  }

  /** What a host's own means of changing passwords would do. */
  synchronized void setPassword(String username, Secret next) {
    if (!username.equals("app")) {
      throw new IllegalArgumentException("there is no account '" + username + "'");
    }
    password.close();
    password = next.copy();
  }

  Path vault() {
    return folder.resolve("credentials.postern");
  }

  Settings vaultSettings() {
    return Settings.with("file", vault()).and("passphrase", Secret.takeFrom(typedPassphrase()));
  }

  /** What an administrator does once. */
  void describeItems(Path directory, PersonDirectory people) {
    int port = server.getPort();
    try (Postern postern =
        PosternBuilder.create().people(people).directory(directory).connector("ssh").build()) {
      // region catalog
      Catalog catalog = postern.as("ada").catalog();
      catalog.save(JumpGroup.of("databases").with(GroupId.of("ops"), JumpPermission.START));
      catalog.save(
          JumpPolicy.named("ask-first")
              .reason(JumpPolicy.Demand.MANDATORY)
              .approval(ApprovalTerms.by(Approver.group("approvers")))
              .build());
      catalog.save(
          SessionPolicy.named("recorded-work")
              .allow(Tool.SHELL, Tool.COMMANDS, Tool.UPLOAD, Tool.DOWNLOAD)
              .recorded());
      catalog.save(
          JumpItem.ssh("orders-db", "127.0.0.1", port)
              .in(JumpGroupId.of("databases"))
              .terms(JumpPolicyId.of("ask-first"))
              .allowing(SessionPolicyId.of("recorded-work"))
              .build());
      catalog.enrolHostKey(JumpItemId.of("orders-db")); // compare the fingerprint it returns
      // endregion
    }
  }

  /** Takes the approval out of the terms, for samples that have nobody to give one. */
  void letInWithoutApproval(Path directory, PersonDirectory people) {
    try (Postern postern =
        PosternBuilder.create().people(people).directory(directory).connector("ssh").build()) {
      postern.as("ada").catalog().save(JumpPolicy.named("ask-first").build());
    }
  }

  String uploaded(String name) throws IOException {
    return Files.readString(folder.resolve("endpoint").resolve(name));
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
    password.close();
  }
}
