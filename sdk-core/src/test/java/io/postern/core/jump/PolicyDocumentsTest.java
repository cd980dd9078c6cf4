package io.postern.core.jump;

import static io.postern.core.jump.JumpWorld.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.JumpPolicy;
import io.postern.jump.SessionPolicy;
import io.postern.session.Tool;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyDocumentsTest {
  private static JumpPolicy.Builder full() {
    return JumpPolicy.named("p")
        .name("Name \"quoted\" \\ 😀")
        .description("two\nlines")
        .reason(JumpPolicy.Demand.MANDATORY)
        .ticket(JumpPolicy.Demand.NONE)
        .duration(Duration.ofMinutes(7), Duration.ofHours(11).plusMillis(3))
        .claimedWithin(Duration.ofMinutes(13))
        .extendable(3, Duration.ofMinutes(17))
        .withoutTyping()
        .rotatingAfterUse()
        .simultaneousCheckOut()
        .viewable(Duration.ofMinutes(2))
        .onRevocation(JumpPolicy.OnRevocation.CONTINUE)
        .approval(terms());
  }

  private static ApprovalTerms terms() {
    return ApprovalTerms.by(
            Approver.person("tim"),
            Approver.group("leads"),
            Approver.group("tim"),
            Approver.email("nora@example.org"))
        .needing(2)
        .allowingSelfApproval()
        .forAnyonePermitted()
        .decidedWithin(Duration.ofHours(19))
        .usedWithin(Duration.ofDays(23));
  }

  private static void comesBack(JumpPolicy policy) {
    assertThat(PolicyDocuments.jumpPolicy(PolicyDocuments.of(policy)))
        .usingRecursiveComparison()
        .isEqualTo(policy);
  }

  @Test
  void jumpPolicy_withEveryField_comesBack() {
    comesBack(full().build());
    comesBack(JumpPolicy.standard());
    for (JumpPolicy.Demand demand : JumpPolicy.Demand.values()) {
      comesBack(full().reason(demand).ticket(demand).build());
    }
    for (JumpPolicy.OnRevocation effect : JumpPolicy.OnRevocation.values()) {
      comesBack(full().onRevocation(effect).build());
    }
    comesBack(JumpPolicy.named("q").approval(ApprovalTerms.by(Approver.person("a"))).build());
  }

  @Test
  void everyField_makesAnotherDocument() {
    List<JumpPolicy> policies =
        List.of(
            full().build(),
            full().name("x").build(),
            full().description("x").build(),
            full().reason(JumpPolicy.Demand.OPTIONAL).build(),
            full().ticket(JumpPolicy.Demand.OPTIONAL).build(),
            full().duration(Duration.ofMinutes(8), Duration.ofHours(11)).build(),
            full().duration(Duration.ofMinutes(7), Duration.ofHours(12)).build(),
            full().claimedWithin(Duration.ofMinutes(1)).build(),
            full().viewable(Duration.ofMinutes(1)).build(),
            full().extendable(4, Duration.ofMinutes(17)).build(),
            full().extendable(3, Duration.ofMinutes(18)).build(),
            full().onRevocation(JumpPolicy.OnRevocation.END).build(),
            full().approval(ApprovalTerms.by(Approver.person("tim"))).build(),
            full().approval(ApprovalTerms.by(Approver.group("tim"))).build(),
            full().approval(terms().needing(1)).build(),
            full().approval(terms().decidedWithin(Duration.ofHours(1))).build(),
            full().approval(terms().usedWithin(Duration.ofHours(1))).build());
    assertThat(policies.stream().map(PolicyDocuments::of)).doesNotHaveDuplicates();
  }

  @Test
  void samePolicy_isTheSameDocument_inWhateverOrderItsApproversWereNamed() {
    JumpPolicy one =
        full().approval(ApprovalTerms.by(Approver.person("a"), Approver.group("b"))).build();
    JumpPolicy other =
        full().approval(ApprovalTerms.by(Approver.group("b"), Approver.person("a"))).build();
    assertThat(PolicyDocuments.of(one)).isEqualTo(PolicyDocuments.of(other));
  }

  @Test
  void fieldsThatAreUnknown_arePassedOver_andThoseThatLackHaveDefaults() {
    JumpPolicy policy =
        PolicyDocuments.jumpPolicy(
            "{\"version\":1,\"id\":\"p\",\"new\":{\"a\":[1,{\"b\":null}],\"c\":1.5},\"name\":null}");
    assertThat(policy).usingRecursiveComparison().isEqualTo(JumpPolicy.named("p").build());
  }

  @Test
  void documentThatIsNotUnderstood_isRefused() {
    for (String document :
        List.of(
            "",
            "[]",
            "{",
            "{}",
            "{\"id\":1}",
            "{\"version\":2,\"id\":\"p\"}",
            "{\"id\":\"p\",\"reason\":\"SOMETIMES\"}",
            "{\"id\":\"p\",\"maxDuration\":\"long\"}",
            "{\"id\":\"p\",\"approval\":true}",
            "{\"id\":\"p\",\"approval\":{\"approvers\":[{\"robot\":\"r2\"}]}}",
            "{\"id\":\"p\",\"approval\":{\"approvers\":[\"tim\"]}}")) {
      refused(ErrorCode.STORE_SCHEMA, () -> PolicyDocuments.jumpPolicy(document));
    }
  }

  @Test
  void sessionPolicy_withEveryTool_comesBack() {
    SessionPolicy policy = SessionPolicy.named("s");
    for (Tool tool : Tool.values()) {
      SessionPolicy allowing = policy.allow(tool);
      SessionPolicy denying = policy.deny(tool).recorded();
      assertThat(PolicyDocuments.sessionPolicy(PolicyDocuments.of(allowing)))
          .usingRecursiveComparison()
          .isEqualTo(allowing);
      assertThat(PolicyDocuments.sessionPolicy(PolicyDocuments.of(denying)))
          .usingRecursiveComparison()
          .isEqualTo(denying);
    }
    assertThat(PolicyDocuments.sessionPolicy("{\"id\":\"s\",\"tools\":{\"TELEPORT\":\"ALLOW\"}}"))
        .usingRecursiveComparison()
        .isEqualTo(SessionPolicy.named("s"));
  }
}
