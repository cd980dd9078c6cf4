package io.postern.core.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Refused;
import io.postern.core.credential.Nodes.Node;
import io.postern.core.plugin.Plugins;
import io.postern.credential.CandidateId;
import io.postern.credential.CredentialLimits;
import io.postern.credential.LeaseId;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.Settings;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.testing.Rule;
import io.postern.testing.SettableClock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who of several members is asked first about what one of them lent. */
@Timeout(60)
class LendersTest {
  private static final LeaseId LEASE = new LeaseId("lease-1");
  private static final CandidateId ROOT = new CandidateId("site", "root");

  private final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");
  private final Nodes nodes = new Nodes();
  private CredentialManagers managers;
  private NamedProvider site;

  @BeforeEach
  void open() {
    managers =
        CredentialManagers.open(
            List.of(
                ManagerConfiguration.byHand(
                    "site",
                    nodes,
                    new Settings[] {Nodes.node("a"), Nodes.node("b"), Nodes.node("c")})),
            Plugins.on(getClass().getClassLoader()),
            clock,
            CredentialLimits.standard());
    site = managers.find("site").orElseThrow();
  }

  @AfterEach
  void close() {
    nodes.free();
    managers.close();
  }

  private Node node(int number) {
    return site.members().all().get(number).capability(Node.class).orElseThrow();
  }

  private void giveBack(String reference) {
    CallContext call =
        new CallContext(
            Person.named("maya", "Maya").build(),
            Optional.empty(),
            Optional.of(JumpItemId.of("db")),
            "give-back",
            LEASE.value(),
            clock.instant().plusSeconds(5));
    Lender.giveBack(
            site, false, LEASE, reference, until -> new ReleaseRequest("root", reference, call))
        .await();
  }

  @Test
  @Rule({"ECM-8", "ECM-11"})
  void lostAnswer_isSettledByTheMemberThatWasAsked_asLongAsItRefuses() {
    site.lenders().asked(LEASE, node(1));
    nodes.fails("b", Failure.DENIED, true);
    for (int i = 0; i < 3; i++) {
      Refused.with(ErrorCode.CREDENTIAL_DENIED, () -> giveBack(""));
    }
    assertThat(nodes.asked).containsExactly("b release", "b release", "b release");
    nodes.heals("b");
    giveBack("");
    assertThat(nodes.count("b release")).isEqualTo(4);
  }

  @Test
  @Rule("ECM-8")
  void lostAnswer_ofAMemberThatIsGone_isSettledByTheOthers_whoAreNotKeptWaitingAgain() {
    site.lenders().asked(LEASE, node(1));
    nodes.fails("b", Failure.UNAVAILABLE, true);
    giveBack("");
    assertThat(nodes.asked).containsExactly("b release", "a release");
    giveBack("");
    assertThat(nodes.asked).containsExactly("b release", "a release", "a release");
  }

  @Test
  @Rule("ECM-8")
  void whatHasAReference_isGivenBackToWhoeverIsFirst() {
    site.lenders().asked(LEASE, node(1));
    giveBack("reference");
    assertThat(nodes.asked).containsExactly("a release");
  }

  private String resolve() {
    return site.calls()
        .once(
            "resolve",
            Node.class,
            (node, deadline) -> node.act("resolve"),
            late -> {},
            () -> {},
            site.lenders().holderFirst(ROOT))
        .await();
  }

  @Test
  @Rule({"ECM-8", "OUT-3"})
  void accountThatIsCheckedOut_isAskedOfTheMemberThatHasIt_andOfOthersWhenThatIsLost() {
    assertThat(resolve()).isEqualTo("a");
    site.lenders().askedToCheckOut(ROOT, node(2));
    assertThat(resolve()).isEqualTo("c");
    nodes.fails("c", Failure.UNAVAILABLE, true);
    assertThat(resolve()).isEqualTo("a");
    nodes.asked.clear();
    assertThat(resolve()).isEqualTo("a");
    assertThat(nodes.asked).containsExactly("a resolve");
  }
}
