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
import java.nio.charset.StandardCharsets;
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
  private static final String PASSWORD = "sample-password-of-nobody";

  private final Path folder;
  private final SshServer server;

  private SampleSite(Path folder, SshServer server) {
    this.folder = folder;
    this.server = server;
  }

  static SampleSite open(Path folder) throws IOException {
    Path files = Files.createDirectories(folder.resolve("endpoint"));
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(folder.resolve("host.key")));
    server.setPasswordAuthenticator(
        (user, password, session) -> user.equals("app") && password.equals(PASSWORD));
    server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
    server.setShellFactory(InteractiveProcessShellFactory.INSTANCE);
    server.setFileSystemFactory(new VirtualFileSystemFactory(files));
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    server.start();
    SampleSite site = new SampleSite(folder, server);
    site.keepPassword();
    return site;
  }

  private void keepPassword() {
    try (Secret passphrase = passphrase();
        EncryptedCredentialFile file =
            EncryptedCredentialFile.create(
                folder.resolve("credentials.postern"), FileKey.passphrase(passphrase));
        Secret password = Secret.takeFrom(PASSWORD.getBytes(StandardCharsets.UTF_8))) {
      file.put(
          CredentialEntry.password("orders-app", "app").forItem("orders-db").build(), password);
    }
  }

  private static Secret passphrase() {
    return Secret.takeFrom("sample passphrase of nobody".toCharArray());
  }

  /** What a person would type. */
  static char[] password() {
    return PASSWORD.toCharArray();
  }

  Settings vaultSettings() {
    return Settings.with("file", folder.resolve("credentials.postern"))
        .and("passphrase", passphrase());
  }

  /** What an administrator does once. */
  void describeItems(Path directory, PersonDirectory people) {
    int port = server.getPort();
    try (Postern postern =
        PosternBuilder.create().people(people).dataFolder(directory).connector("ssh").build()) {
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
        PosternBuilder.create().people(people).dataFolder(directory).connector("ssh").build()) {
      postern.as("ada").catalog().save(JumpPolicy.named("ask-first").build());
    }
  }

  String uploaded(String name) throws IOException {
    return Files.readString(folder.resolve("endpoint").resolve(name));
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }
}
