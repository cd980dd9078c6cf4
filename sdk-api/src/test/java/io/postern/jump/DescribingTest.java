package io.postern.jump;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.person.PersonId;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is wrong with items and policies, and how they are changed. */
class DescribingTest {
  private static JumpItem.Builder item() {
    return JumpItem.ssh("db", "db.example", 22).in(JumpGroupId.of("g"));
  }

  @Test
  void item_atItsLimits_hasNoFaults() {
    JumpItem item =
        item()
            .name("n".repeat(200))
            .comments("c".repeat(4_000))
            .tag("t".repeat(200))
            .publicIp("p".repeat(200))
            .privateIp("p".repeat(200))
            .operatingSystem("o".repeat(200))
            .attribute("a" + "1".repeat(63), "v".repeat(1_000))
            .at("h".repeat(253), 65_535)
            .build();
    assertThat(item.faults()).isEmpty();
  }

  @Test
  @Rule("CAT-1")
  void item_withFaults_namesAllAtOnce() {
    JumpItem item =
        JumpItem.reachedBy("S S H", "db", "-h ost", 0)
            .name("")
            .comments("c".repeat(4_001))
            .tag("t".repeat(201))
            .attribute("Upper", "v".repeat(1_001))
            .build();
    assertThat(item.faults())
        .hasSize(9)
        .anyMatch(fault -> fault.startsWith("name must have 1 to 200"))
        .anyMatch(fault -> fault.contains("method 'S S H'"))
        .anyMatch(fault -> fault.contains("host '-h ost'"))
        .anyMatch(fault -> fault.contains("port must be 1 to 65535, was 0"))
        .anyMatch(fault -> fault.contains("either in a group or on a personal list"))
        .anyMatch(fault -> fault.contains("'Upper' is no code name"))
        .anyMatch(fault -> fault.contains("'Upper' must have 0 to 1000"));
  }

  @Test
  void item_liesInAGroupOrOnAList_whicheverWasSaidLast() {
    JumpItem listed = item().onPersonalListOf(PersonId.of("maya")).build();
    assertThat(listed.group()).isEmpty();
    assertThat(listed.toBuilder().in(JumpGroupId.of("g")).build().personalListOf()).isEmpty();
  }

  @Test
  void item_rebuilt_keepsEverythingElse() {
    JumpItem item = item().attribute("rack", "7").tag("prod").disabled(true).build();
    JumpItem changed = item.toBuilder().attribute("rack", "").name("new").build();
    assertThat(changed.attributes()).isEmpty();
    assertThat(changed.tag()).isEqualTo("prod");
    assertThat(changed.disabled()).isTrue();
    assertThat(item.attributes()).isEqualTo(Map.of("rack", "7"));
  }

  @Test
  void standardPolicy_hasNoFaults() {
    assertThat(JumpPolicy.standard().faults()).isEmpty();
  }

  @Test
  void policy_withFaults_namesAllAtOnce() {
    JumpPolicy policy =
        JumpPolicy.named("p")
            .name("")
            .duration(Duration.ofDays(91), Duration.ofHours(1))
            .claimedWithin(Duration.ZERO)
            .extendable(1, Duration.ZERO)
            .approval(ApprovalTerms.by().decidedWithin(Duration.ZERO))
            .viewable(Duration.ofMinutes(61))
            .build();
    assertThat(policy.faults())
        .anyMatch(fault -> fault.startsWith("name must have"))
        .anyMatch(fault -> fault.startsWith("default duration must be"))
        .anyMatch(fault -> fault.contains("is longer than the maximum PT1H"))
        .anyMatch(fault -> fault.startsWith("claim time"))
        .anyMatch(fault -> fault.startsWith("the time of each extension must"))
        .anyMatch(fault -> fault.contains("name an approver"))
        .anyMatch(fault -> fault.startsWith("time to decide"))
        .anyMatch(fault -> fault.contains("look at a secret must last") && fault.contains("PT1H1M"))
        .anyMatch(fault -> fault.contains("a look at a secret asks nobody"));
  }

  @Test
  void policy_byDefault_letsNobodyLookAtSecrets() {
    assertThat(JumpPolicy.standard().viewableFor()).isEmpty();
    assertThat(JumpPolicy.named("p").viewable(Duration.ZERO).build().faults()).hasSize(1);
    assertThat(JumpPolicy.named("p").viewable(Duration.ofHours(1)).build().faults()).isEmpty();
  }

  @Test
  void policy_rebuilt_keepsEverythingElse() {
    JumpPolicy policy =
        JumpPolicy.named("p")
            .name("Name")
            .description("Text")
            .reason(JumpPolicy.Demand.MANDATORY)
            .ticket(JumpPolicy.Demand.NONE)
            .duration(Duration.ofHours(2), Duration.ofHours(3))
            .claimedWithin(Duration.ofMinutes(1))
            .approval(ApprovalTerms.by(Approver.person("noor")))
            .extendable(2, Duration.ofMinutes(5))
            .withoutTyping()
            .rotatingAfterUse()
            .simultaneousCheckOut()
            .viewable(Duration.ofMinutes(2))
            .onRevocation(JumpPolicy.OnRevocation.FREEZE)
            .build();
    assertThat(policy.toBuilder().build()).usingRecursiveComparison().isEqualTo(policy);
    assertThat(policy.toBuilder().withoutApproval().build().approval()).isEmpty();
  }

  @Test
  void group_isACopyOfWhatItWasGiven() {
    Set<JumpPermission> permissions = new HashSet<>(List.of(JumpPermission.START));
    Map<io.postern.person.Principal, Set<JumpPermission>> members = new HashMap<>();
    members.put(PersonId.of("maya"), permissions);
    JumpGroup group = new JumpGroup(JumpGroupId.of("g"), "g", members);
    permissions.add(JumpPermission.REMOVE);
    members.clear();
    assertThat(group.members())
        .isEqualTo(Map.of(PersonId.of("maya"), Set.of(JumpPermission.START)));
  }
}
