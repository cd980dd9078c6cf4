package io.postern.core.jump;

import static io.postern.core.jump.JumpWorld.ADMIN;
import static io.postern.core.jump.JumpWorld.ids;
import static io.postern.core.jump.JumpWorld.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.store.StoreUnderTest;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicy;
import io.postern.jump.Verdict;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.session.Tool;
import io.postern.testing.Rule;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may do what with an item, on both engines. */
abstract class JudgeContract {
  @RegisterExtension final StoreUnderTest store;
  private JumpWorld world;
  private Person maya;
  private JumpItemId orders;

  JudgeContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void make() {
    world = new JumpWorld(store);
    maya = world.person("maya", "dba");
    orders = world.item("orders", world.group("databases")).id();
  }

  private Optional<Verdict> verdict(Person person) {
    return world.database().read(tx -> world.judge().verdict(tx, person, orders));
  }

  private Judge.Admission admit(Person person) {
    return world.database().read(tx -> world.judge().admit(tx, person, orders));
  }

  private void open(JumpPermission... permissions) {
    world.group("databases", maya.id(), permissions);
  }

  @Nested
  class Visibility {
    @Test
    @Rule({"CAT-2", "VIS-2"})
    void item_ofAGroupOneIsNotIn_doesNotExist() {
      assertThat(verdict(maya)).isEmpty();
      String hidden = refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> admit(maya)).getMessage();
      world.catalog().remove(orders);
      assertThat(refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> admit(maya))).hasMessage(hidden);
      refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> world.as(maya).detail(orders));
      refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> world.as(maya).terms(orders));
      refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> world.as(maya).explain(orders));
    }

    @Test
    void admission_isOneStatement_andHasTheItemAsItIsDescribedWithItsTerms() {
      open(JumpPermission.START);
      world.catalog().save(JumpPolicy.named("direct").withoutTyping().build());
      JumpItem described =
          JumpItem.reachedBy("ssh", "plain", "127.0.0.1", 22)
              .in(JumpGroupId.of("databases"))
              .terms(JumpPolicyId.of("direct"))
              .attribute("rack", "\"B\" 7")
              .attribute("owner", "")
              .build();
      world.catalog().save(described);
      Judge.Admission admission =
          world.database().readAtOnce(tx -> world.judge().admit(tx, maya, described.id()));
      assertThat(admission.item()).usingRecursiveComparison().isEqualTo(described);
      assertThat(admission.terms().typingAllowed()).isFalse();
      assertThat(admit(maya).terms().typingAllowed()).isTrue();
    }

    @Test
    @Rule("CAT-2")
    void item_ofOnesGroup_isStartableWithStartOnly() {
      open(JumpPermission.VIEW_REPORTS, JumpPermission.EDIT);
      assertThat(verdict(maya)).get().matches(v -> v.visible() && !v.startable());
      refused(ErrorCode.NOT_PERMITTED, () -> admit(maya));
      open(JumpPermission.START);
      assertThat(verdict(maya))
          .contains(
              new Verdict(
                  true,
                  true,
                  "membership of group 'databases'",
                  "'orders' is open to MAYA (maya) by membership of group 'databases'",
                  ""));
      assertThat(admit(maya).item().id()).isEqualTo(orders);
    }

    @Test
    @Rule("CAT-2")
    void item_ofAGroupThatOnesGroupIsIn_isStartable() {
      world.group("databases", GroupId.of("dba"), JumpPermission.START);
      assertThat(verdict(maya).orElseThrow().rule())
          .isEqualTo("membership of group 'databases' through 'dba'");
      assertThat(verdict(world.person("tim"))).isEmpty();
    }

    @Test
    @Rule("CAT-2")
    void membership_ofAPersonNamedLikeAGroup_isNotTheGroups() {
      world.group("databases", GroupId.of("maya"), JumpPermission.START);
      assertThat(verdict(maya)).isEmpty();
      world.group("databases", PersonId.of("dba"), JumpPermission.START);
      assertThat(verdict(maya)).isEmpty();
    }

    @Test
    @Rule("CAT-2")
    void permissions_ofSeveralMemberships_addUp() {
      open(JumpPermission.EDIT);
      world.group("databases", GroupId.of("dba"), JumpPermission.START);
      assertThat(verdict(maya)).get().matches(Verdict::startable);
    }

    @Test
    @Rule("CAT-3")
    void item_ofAPersonalList_isItsOwnersAndOfThoseWhoSeeAll() {
      world.save(JumpItem.ssh("orders", "h", 22).onPersonalListOf(maya.id()));
      world.group("databases", GroupId.of("dba"), JumpPermission.START);
      Person colleague = world.person("tim", "dba");
      Person all = world.add(Person.named("al", "Al").with(Privilege.ACCESS_ALL_JUMP_ITEMS));
      assertThat(verdict(maya).orElseThrow())
          .matches(Verdict::startable)
          .matches(v -> v.rule().equals("own personal list"));
      assertThat(verdict(colleague)).isEmpty();
      assertThat(verdict(all)).get().matches(Verdict::startable);
    }

    @Test
    @Rule("CAT-4")
    void accessAll_opensGroupsOneIsNotIn() {
      Person all = world.add(Person.named("al", "Al").with(Privilege.ACCESS_ALL_JUMP_ITEMS));
      assertThat(verdict(all).orElseThrow().rule()).isEqualTo("privilege ACCESS_ALL_JUMP_ITEMS");
      assertThat(admit(all).terms().id()).isEqualTo(JumpPolicy.standard().id());
    }

    @Test
    @Rule("CAT-4")
    void administrator_seesEverythingAndStartsNothingThereby() {
      Person admin = world.find(ADMIN).orElseThrow();
      assertThat(verdict(admin)).get().matches(v -> v.visible() && !v.startable());
      refused(ErrorCode.NOT_PERMITTED, () -> admit(admin));
    }

    @Test
    @Rule("VIS-2")
    void membership_takenAway_isGoneAtOnce() {
      open(JumpPermission.START);
      admit(maya);
      world.catalog().save(JumpGroup.of("databases"));
      refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> admit(maya));
      assertThat(ids(world.as(maya).search(""))).isEmpty();
    }
  }

  @Nested
  class State {
    @Test
    @Rule("CAT-9")
    void offlineItem_isListedAndRefusedWithThatReason() {
      open(JumpPermission.START);
      world.catalog().report(orders, JumpItemStatus.OFFLINE);
      assertThat(world.as(maya).search("").only().status()).isEqualTo(JumpItemStatus.OFFLINE);
      assertThat(refused(ErrorCode.JUMP_ITEM_OFFLINE, () -> admit(maya)))
          .hasMessageContaining("offline");
      assertThat(world.as(maya).explain(orders).rule()).isEqualTo("item offline");
      world.catalog().report(orders, JumpItemStatus.ONLINE);
      admit(maya);
      assertThat(world.as(maya).detail(orders).onlineSince()).contains(store.clock().instant());
    }

    @Test
    @Rule("CAT-9")
    void disabledItem_isListedAndRefusedWithThatReason() {
      open(JumpPermission.START);
      world.catalog().report(orders, JumpItemStatus.OFFLINE);
      JumpItem item = world.catalog().item(orders).orElseThrow();
      world.save(item.toBuilder().disabled(true));
      assertThat(world.as(maya).search("").only().status()).isEqualTo(JumpItemStatus.DISABLED);
      refused(ErrorCode.JUMP_ITEM_DISABLED, () -> admit(maya));
      assertThat(world.as(maya).explain(orders).remedy()).contains("enables");
    }

    @Test
    void disabledItem_withoutTheRight_isRefusedForTheRight() {
      open(JumpPermission.EDIT);
      JumpItem item = world.catalog().item(orders).orElseThrow();
      world.save(item.toBuilder().disabled(true));
      refused(ErrorCode.NOT_PERMITTED, () -> admit(maya));
    }

    @Test
    void version_changesWithTheDescriptionAlone() {
      open(JumpPermission.START);
      long before = admit(maya).version();
      world.catalog().report(orders, JumpItemStatus.ONLINE);
      world
          .database()
          .change(
              tx -> {
                world.items().used(tx, maya.id(), orders);
                return true;
              });
      JumpItem item = world.catalog().item(orders).orElseThrow();
      world.save(item.toBuilder());
      assertThat(admit(maya).version()).isEqualTo(before);
      world.save(item.toBuilder().tag("x"));
      assertThat(admit(maya).version()).isNotEqualTo(before);
    }
  }

  @Nested
  class Explanation {
    @Test
    @Rule("CAT-11")
    void dryRun_forAnotherPerson_saysWhatIsInvisibleAndWhatWouldHelp() {
      Verdict verdict = world.catalog().explain(maya.id(), orders);
      assertThat(verdict.visible()).isFalse();
      assertThat(verdict.rule()).isEqualTo("no rule allows it");
      assertThat(verdict.explanation()).contains("MAYA (maya)").contains("group 'databases'");
      assertThat(verdict.remedy()).contains("with START").contains("ACCESS_ALL_JUMP_ITEMS");
      open(JumpPermission.START);
      assertThat(world.catalog().explain(maya.id(), orders)).isEqualTo(verdict(maya).orElseThrow());
    }

    @Test
    @Rule("CAT-11")
    void dryRun_byOneWhoDoesNotAdminister_isRefused() {
      refused(ErrorCode.NOT_PERMITTED, () -> world.catalog(maya.id()).explain(ADMIN, orders));
      refused(
          ErrorCode.JUMP_ITEM_NOT_FOUND,
          () -> world.catalog().explain(maya.id(), JumpItemId.of("none")));
      refused(
          ErrorCode.PERSON_UNKNOWN, () -> world.catalog().explain(PersonId.of("nobody"), orders));
    }

    @Test
    @Rule("CAT-11")
    void explain_ofAnItemOneMayNotStart_namesTheMembershipAndTheRemedy() {
      open(JumpPermission.EDIT);
      Verdict verdict = world.as(maya).explain(orders);
      assertThat(verdict.explanation()).contains("does not include START");
      assertThat(verdict.remedy()).contains("'databases'");
    }
  }

  @Nested
  class Tools {
    private Set<Tool> allowed() {
      return world.database().read(tx -> world.judge().tools(tx, maya, orders)).allowed();
    }

    private boolean recorded() {
      return world.database().read(tx -> world.judge().tools(tx, maya, orders)).recorded();
    }

    private SessionPolicy policy(SessionPolicy policy) {
      world.catalog().save(policy);
      return policy;
    }

    private void ofItem(SessionPolicy policy) {
      policy(policy);
      JumpItem item = world.catalog().item(orders).orElseThrow();
      world.save(item.toBuilder().allowing(policy.id()));
    }

    @Test
    @Rule("TOOL-1")
    void tools_withoutAnyPolicy_areNone() {
      assertThat(allowed()).isEmpty();
      assertThat(recorded()).isFalse();
    }

    @Test
    @Rule("TOOL-1")
    void item_beatsPerson_beatsSite() {
      world
          .catalog()
          .assignToSite(
              policy(
                      SessionPolicy.named("site")
                          .allow(Tool.SHELL, Tool.COMMANDS, Tool.UPLOAD)
                          .deny(Tool.DOWNLOAD))
                  .id());
      assertThat(allowed()).containsExactlyInAnyOrder(Tool.SHELL, Tool.COMMANDS, Tool.UPLOAD);
      world
          .catalog()
          .assign(
              policy(SessionPolicy.named("person").deny(Tool.SHELL).allow(Tool.DOWNLOAD)).id(),
              maya.id());
      assertThat(allowed()).containsExactlyInAnyOrder(Tool.DOWNLOAD, Tool.COMMANDS, Tool.UPLOAD);
      ofItem(SessionPolicy.named("item").allow(Tool.SHELL).deny(Tool.UPLOAD));
      assertThat(allowed()).containsExactlyInAnyOrder(Tool.SHELL, Tool.DOWNLOAD, Tool.COMMANDS);
    }

    @Test
    @Rule("TOOL-1")
    void ownAssignment_beatsGroups_amongWhichDenyBeatsAllow() {
      maya = world.person("maya", "dba", "night");
      world
          .catalog()
          .assign(
              policy(SessionPolicy.named("a").allow(Tool.SHELL, Tool.UPLOAD)).id(),
              GroupId.of("dba"));
      world
          .catalog()
          .assign(
              policy(SessionPolicy.named("b").deny(Tool.SHELL).allow(Tool.COMMANDS)).id(),
              GroupId.of("night"));
      world
          .catalog()
          .assign(
              policy(SessionPolicy.named("c").allow(Tool.LIST_FILES)).id(), GroupId.of("others"));
      assertThat(allowed()).containsExactlyInAnyOrder(Tool.UPLOAD, Tool.COMMANDS);
      world
          .catalog()
          .assign(
              policy(SessionPolicy.named("d").allow(Tool.SHELL).deny(Tool.UPLOAD)).id(), maya.id());
      assertThat(allowed()).containsExactlyInAnyOrder(Tool.SHELL, Tool.COMMANDS);
    }

    @Test
    @Rule("TOOL-1")
    void change_ofAPolicy_countsAtOnce() {
      world.catalog().assignToSite(policy(SessionPolicy.named("site").allow(Tool.SHELL)).id());
      assertThat(allowed()).containsExactly(Tool.SHELL);
      policy(SessionPolicy.named("site").deny(Tool.SHELL));
      assertThat(allowed()).isEmpty();
    }

    @Test
    @Rule("TOOL-1")
    void recording_isDemanded_whereAnyPolicyInForceDoes() {
      world.catalog().assignToSite(policy(SessionPolicy.named("site").recorded()).id());
      assertThat(recorded()).isTrue();
      policy(SessionPolicy.named("site"));
      assertThat(recorded()).isFalse();
      world.catalog().assign(policy(SessionPolicy.named("g").recorded()).id(), GroupId.of("dba"));
      assertThat(recorded()).isTrue();
      ofItem(SessionPolicy.named("item"));
      assertThat(recorded()).isTrue();
    }

    @Test
    void tools_onAnItemThatWasRemoved_areNone() {
      world.catalog().assignToSite(policy(SessionPolicy.named("site").allow(Tool.SHELL)).id());
      world.catalog().remove(orders);
      assertThat(allowed()).isEmpty();
      assertThat(recorded()).isTrue();
    }
  }
}
