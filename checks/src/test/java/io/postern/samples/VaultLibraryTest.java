package io.postern.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.core.PosternBuilder;
import io.postern.credential.Candidate;
import io.postern.credential.Lease;
import io.postern.credential.Secret;
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
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.session.Tool;
import io.postern.spi.Settings;
import io.postern.spi.directory.PersonDirectory;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The accounts of a library in Vault, as people meet them. Two instances front one Vault. */
@Timeout(60)
class VaultLibraryTest {
  private static final JumpItemId ITEM = JumpItemId.of("orders-db");

  @TempDir Path folder;
  private PlayedLibrary vault;
  private Postern postern;

  @BeforeEach
  void open() throws IOException {
    vault = PlayedLibrary.open();
    PersonDirectory people =
        PersonDirectory.of(
            person("maya"),
            person("omar"),
            person("noor"),
            Person.named("ada", "Ada Lund").with(Privilege.values()).build());
    postern =
        PosternBuilder.create()
            .people(people)
            .dataFolder(folder)
            .connector("ssh")
            .credentialManager("site-vault", "vault", settings(), settings())
            .build();
    Catalog catalog = postern.as("ada").catalog();
    catalog.save(JumpGroup.of("databases").with(GroupId.of("ops"), JumpPermission.START));
    catalog.save(JumpPolicy.named("at-once").build());
    catalog.save(SessionPolicy.named("work").allow(Tool.COMMANDS));
    catalog.save(
        JumpItem.ssh("orders-db", "127.0.0.1", 22)
            .in(JumpGroupId.of("databases"))
            .terms(JumpPolicyId.of("at-once"))
            .allowing(SessionPolicyId.of("work"))
            .build());
  }

  private static Person person(String id) {
    return Person.named(id, "The " + id).memberOf("ops").with(Privilege.CHECK_OUT_ACCOUNTS).build();
  }

  private Settings settings() {
    return Settings.with("address", vault.address())
        .and("token", Secret.takeFrom("a-token".getBytes(StandardCharsets.UTF_8)))
        .and("ldap-libraries", "dba for item=orders-db");
  }

  @AfterEach
  void close() {
    postern.close();
    vault.close();
  }

  private List<Candidate> found(String who) {
    return postern.as(who).credentials().candidates(ITEM).found();
  }

  private Lease checkOut(String who, int which) {
    return postern
        .as(who)
        .credentials()
        .checkOut(ITEM, found(who).get(which).id(), Duration.ofHours(1));
  }

  private static void refused(ErrorCode code, ThrowingCallable call) {
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  @Test
  @Rule({"OUT-1", "OUT-3"})
  void twoPeople_haveTwoAccountsOfOneLibrary_andAThirdSeesWhoHasThem() {
    assertThat(found("maya")).hasSize(2).allMatch(Candidate::exclusive);
    Lease mayas = checkOut("maya", 0);
    Lease omars = checkOut("omar", 1);
    assertThat(List.of(mayas.username(), omars.username())).containsExactly("fizz", "buzz");
    assertThat(found("noor"))
        .extracting(one -> one.holder().orElse("nobody"))
        .containsExactly("The maya (maya)", "The omar (omar)");
    refused(ErrorCode.CREDENTIAL_CHECKED_OUT, () -> checkOut("noor", 1));

    postern.as("omar").credentials().checkIn(omars.id());
    assertThat(checkOut("noor", 1).username()).isEqualTo("buzz");
    assertThat(vault.out()).isEqualTo(2);
  }

  /** The instance that was asked knows that it does not know; the other one knows nothing. */
  @Test
  @Rule("ECM-11")
  void checkOutWhoseAnswerWasLost_isOwed_andSaysWhatToLookFor() {
    found("maya");
    vault.losesAnswers(true);
    refused(ErrorCode.CREDENTIAL_UNAVAILABLE, () -> checkOut("maya", 0));
    vault.losesAnswers(false);
    assertThat(vault.out()).isEqualTo(1);

    Lease owed = owed();
    long giveUpAt = System.nanoTime() + Duration.ofSeconds(50).toNanos();
    while (!owed.lastFailure().contains("was lost on") && System.nanoTime() < giveUpAt) {
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos()); // until the sweep has tried
      owed = owed();
    }
    assertThat(owed.state()).isEqualTo(Lease.State.RETURNING);
    assertThat(owed.lastFailure())
        .contains("CREDENTIAL_DENIED", "ldap/library/dba/check-out", "was lost on");
  }

  private Lease owed() {
    List<Lease> owed = postern.as("ada").credentials().owed(PageRequest.first()).rows();
    assertThat(owed).hasSize(1);
    return owed.get(0);
  }
}
