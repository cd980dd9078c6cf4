package io.postern.credential.vault;

import static io.postern.credential.vault.Failures.assertNothingDone;
import static io.postern.credential.vault.Failures.assertPerhapsDone;
import static io.postern.credential.vault.KeptSecret.json;
import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.ORDERS;
import static io.postern.credential.vault.TestVault.password;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.CredentialKind;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.SignsSshCertificates.SignedCertificate;
import io.postern.testing.RequiresProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/ssh"
 */
class SshTest {
  private static final String KEY = "ssh-sign:ops:ubuntu";

  @TempDir Path directory;
  private final TestVault vault = new TestVault();

  @AfterEach
  void stop() {
    vault.close();
  }

  private VaultProvider provider() {
    return vault.provider(
        vault
            .settings()
            .and("kv-paths", "")
            .and("ssh-otp-roles", "otp_key_role for item=orders-db")
            .and("ssh-sign-roles", "ops as ubuntu for group=databases"));
  }

  private void roles() {
    vault.on(
        "GET",
        "ssh/roles/otp_key_role",
        200,
        "{\"data\": {\"allowed_users\": \"\", \"cidr_list\": \"127.0.0.0/8\", \"default_user\":"
            + " \"app\", \"key_type\": \"otp\", \"port\": 22}}");
    vault.on(
        "GET",
        "ssh/roles/ops",
        200,
        "{\"data\": {\"allow_user_certificates\": true, \"allowed_users\": \"ubuntu\","
            + " \"default_user\": \"\", \"key_type\": \"ca\"}}");
  }

  @Test
  void find_offersBothKinds() {
    roles();
    try (VaultProvider provider = provider()) {
      var found = provider.find(vault.find(MAYA, ORDERS));
      assertThat(found).hasSize(2);
      assertThat(found.get(0).key()).isEqualTo("ssh-otp:otp_key_role:app");
      assertThat(found.get(0).kind()).isEqualTo(CredentialKind.PASSWORD);
      assertThat(found.get(1).key()).isEqualTo(KEY);
      assertThat(found.get(1).isSignedOnUse()).isTrue();
    }
  }

  /** .../ssh#generate-ssh-credentials */
  @Test
  void oneTimePassword_isForTheAccountAtTheAddress() {
    roles();
    vault.on(
        "POST",
        "ssh/creds/otp_key_role",
        200,
        """
        {"lease_id": "ssh/creds/otp_key_role/73bbf513-9606-4bec-816c-5a2f009765a5",
         "renewable": false, "lease_duration": 0, "data": {"port": 22, "username": "app",
         "ip": "127.0.0.1", "key": "f2f700c8-2ac9-4c3b-9ac1-1c6b2c2c6a7d", "key_type": "otp"},
         "warnings": null, "auth": null}
        """);
    vault.on("POST", "sys/leases/revoke", 204, "");
    try (VaultProvider provider = provider()) {
      Lent lent = provider.resolve(vault.resolve("ssh-otp:otp_key_role:app"));
      assertThat(lent.credential().username()).isEqualTo("app");
      assertThat(password(lent)).startsWith("f2f700c8");
      assertThat(vault.last("POST", "ssh/creds/otp_key_role").getBodyAsString())
          .isEqualTo("{\"ip\":\"127.0.0.1\",\"username\":\"app\"}");
      provider.release(
          vault.release("ssh-otp:otp_key_role:app", lent.lease().reference(), "call-resolve"));
      assertNothingDone(
          () -> provider.resolve(vault.resolve("ssh-otp:other:app")), Failure.NOT_FOUND);
      assertNothingDone(
          () -> provider.resolve(vault.resolve("ssh-otp:otp_key_role")), Failure.NOT_FOUND);
    }
  }

  @Test
  void oneTimePasswordWithoutALease_isLentToNobody() {
    roles();
    vault.on("POST", "ssh/creds/otp_key_role", 200, "{\"data\": {\"key\": \"f2f700c8\"}}");
    try (VaultProvider provider = provider()) {
      assertPerhapsDone(
          () -> provider.resolve(vault.resolve("ssh-otp:otp_key_role:app")),
          Failure.MISCONFIGURED,
          "without a lease");
    }
  }

  @Test
  void accountThatTheRoleIsNotFor_isDenied() {
    roles();
    try (VaultProvider provider = provider()) {
      assertNothingDone(
          () -> provider.resolve(vault.resolve("ssh-otp:otp_key_role:root")), Failure.DENIED);
    }
    assertThat(vault.asked("POST", "ssh/creds/otp_key_role")).isZero();
  }

  private String keygen(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private Path key(String name, String type) throws Exception {
    keygen("-t", type, "-N", "", "-C", name, "-f", directory.resolve(name).toString());
    return directory.resolve(name + ".pub");
  }

  /** .../ssh#sign-ssh-key */
  private String signed(Path key, String principals, String... more) throws Exception {
    if (!Files.exists(directory.resolve("ca"))) {
      key("ca", "rsa");
    }
    List<String> arguments = new ArrayList<>(List.of("-s", directory.resolve("ca").toString()));
    arguments.addAll(List.of("-I", "id", "-V", "20261122090000Z:20261122090500Z"));
    arguments.addAll(List.of(more));
    if (!principals.isEmpty()) {
      arguments.addAll(List.of("-n", principals));
    }
    arguments.add(key.toString());
    keygen(arguments.toArray(new String[0]));
    String line =
        Files.readString(
                directory.resolve(key.getFileName().toString().replace(".pub", "-cert.pub")))
            .strip();
    vault.on(
        "POST",
        "ssh/sign/ops",
        200,
        "{\"lease_id\": \"\", \"renewable\": false, \"lease_duration\": 0, \"data\":"
            + " {\"serial_number\": \"f65ed2fd21443d5c\", \"signed_key\": \""
            + line
            + "\\n\"},"
            + " \"auth\": null}");
    return line;
  }

  @RequiresProgram(value = "ssh-keygen", debianPackage = "openssh-client")
  @Test
  void keys_areSigned_andTheCertificateSaysUntilWhen() throws Exception {
    try (VaultProvider provider = provider()) {
      for (String type : new String[] {"ed25519", "ecdsa", "rsa"}) {
        Path key = key(type, type);
        String line = signed(key, "ubuntu,root");
        SignedCertificate certificate = provider.sign(vault.sign(KEY, Files.readString(key)));
        assertThat(certificate.username()).isEqualTo("ubuntu");
        assertThat(certificate.certificate()).isEqualTo(line);
        assertThat(certificate.lease().expiresAt()).contains(Instant.parse("2026-11-22T09:05:00Z"));
      }
      assertThat(vault.last("POST", "ssh/sign/ops").getBodyAsString())
          .contains(
              "\"valid_principals\":\"ubuntu\"", "\"cert_type\":\"user\"", "\"ttl\":\"300s\"");
    }
  }

  /**
   * Vault shortens only a time that nobody named: calculateTTL of its SSH engine answers 400 to a
   * longer one than role or mount allow.
   */
  private void allowingAtMost(int seconds, SshAuthority authority) {
    vault.live(
        "/v1/ssh/sign/ops",
        request -> {
          String body = request.getBodyAsString();
          Matcher ttl = Pattern.compile("\"ttl\":\"(\\d+)s\"").matcher(body);
          int asked = ttl.find() ? Integer.parseInt(ttl.group(1)) : seconds;
          if (asked > seconds) {
            return json(400, "{\"errors\": [\"ttl is larger than maximum allowed 60\"]}");
          }
          Matcher key = Pattern.compile("\"public_key\":\"([^\"]+)\"").matcher(body);
          assertThat(key.find()).isTrue();
          String line =
              authority.signed(key.group(1), "ubuntu", vault.clock.instant().plusSeconds(asked));
          return json(200, "{\"data\": {\"signed_key\": \"" + line + "\"}}");
        });
    vault.on("POST", "ssh/sign/ops", 500, "");
  }

  private static final String PUBLIC_KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

  @Test
  void sessionLongerThanTheRoleAllows_getsACertificateForAsLongAsItAllows() {
    vault.on("GET", "ssh/roles/ops", 200, "{\"data\": {\"key_type\": \"ca\", \"max_ttl\": 60}}");
    allowingAtMost(60, new SshAuthority());
    try (VaultProvider provider = provider()) {
      SignedCertificate certificate = provider.sign(vault.sign(KEY, PUBLIC_KEY));
      assertThat(certificate.lease().expiresAt()).contains(Instant.parse("2026-11-22T09:01:00Z"));
      assertThat(vault.asked("POST", "ssh/sign/ops")).isEqualTo(1);
    }
  }

  @Test
  void sessionLongerThanTheMountAllows_getsACertificateForAsLongAsVaultChooses() {
    vault.on("GET", "ssh/roles/ops", 200, "{\"data\": {\"key_type\": \"ca\", \"max_ttl\": 0}}");
    allowingAtMost(60, new SshAuthority());
    try (VaultProvider provider = provider()) {
      SignedCertificate certificate = provider.sign(vault.sign(KEY, PUBLIC_KEY));
      assertThat(certificate.lease().expiresAt()).contains(Instant.parse("2026-11-22T09:01:00Z"));
      assertThat(vault.last("POST", "ssh/sign/ops").getBodyAsString()).doesNotContain("ttl");
    }
  }

  @Test
  void signingRefusedForAnotherReason_isNotTriedAgain() {
    roles();
    vault.on("POST", "ssh/sign/ops", 400, "{\"errors\": [\"ubuntu is not a valid value\"]}");
    try (VaultProvider provider = provider()) {
      assertNothingDone(() -> provider.sign(vault.sign(KEY, PUBLIC_KEY)), Failure.MISCONFIGURED);
    }
    assertThat(vault.asked("POST", "ssh/sign/ops")).isEqualTo(1);
  }

  @RequiresProgram(value = "ssh-keygen", debianPackage = "openssh-client")
  @Test
  void certificateThatIsNotWhatWasAskedFor_isRefused() throws Exception {
    Path key = key("mine", "ed25519");
    try (VaultProvider provider = provider()) {
      signed(key, "");
      assertNothingDone(
          () -> provider.sign(vault.sign(KEY, Files.readString(key))),
          Failure.MISCONFIGURED,
          "not for the account 'ubuntu'");
      signed(key, "root");
      assertNothingDone(
          () -> provider.sign(vault.sign(KEY, Files.readString(key))),
          Failure.MISCONFIGURED,
          "allowed_users");
      signed(key, "ubuntu", "-t", "ssh-rsa");
      assertNothingDone(
          () -> provider.sign(vault.sign(KEY, Files.readString(key))),
          Failure.MISCONFIGURED,
          "SHA-1",
          "algorithm_signer");
      signed(key("another", "ed25519"), "ubuntu");
      assertNothingDone(
          () -> provider.sign(vault.sign(KEY, Files.readString(key))),
          Failure.MISCONFIGURED,
          "another key");
      signed(key, "ubuntu", "-h");
      assertNothingDone(
          () -> provider.sign(vault.sign(KEY, Files.readString(key))), Failure.UNAVAILABLE);
    }
  }

  @Test
  void keysOfOtherKinds_areNotSigned_andSignedOnesNotResolved() {
    try (VaultProvider provider = provider()) {
      for (String key : new String[] {"ssh-sign:other:ubuntu", "kv:postern/db", "ssh-sign:", "x"}) {
        assertNothingDone(
            () -> provider.sign(vault.sign(key, "ssh-ed25519 AAAA")), Failure.NOT_FOUND);
      }
      assertNothingDone(
          () -> provider.sign(vault.sign("ssh-sign:ops:root", "ssh-ed25519 AAAA")), Failure.DENIED);
      assertNothingDone(() -> provider.resolve(vault.resolve(KEY)), Failure.MISCONFIGURED);
    }
  }
}
