package io.postern.core.jump;

import static io.postern.core.jump.JumpWorld.ADMIN;
import static io.postern.core.jump.JumpWorld.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.core.store.StoreUnderTest;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.Catalog;
import io.postern.jump.HostKeyTrust;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.Occupancy;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.Tool;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Administering the catalog, on both engines. */
abstract class CatalogContract {
  @RegisterExtension final StoreUnderTest store;
  private JumpWorld world;
  private Person maya;
  private JumpGroupId group;

  CatalogContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void make() {
    world = new JumpWorld(store);
    maya = world.person("maya");
    group = world.group("g");
  }

  private static JumpItem.Builder full(JumpGroupId group) {
    return JumpItem.reachedBy("telnet", "full", "h.example", 2323)
        .in(group)
        .name("Full 😀")
        .comments("line one\nline two")
        .tag("t")
        .publicIp("203.0.113.1")
        .privateIp("10.0.0.1")
        .operatingSystem("Plan 9")
        .attribute("rack", "7")
        .attribute("room", "B")
        .occupancy(Occupancy.exclusive(Duration.ofMinutes(5)))
        .disabled(true)
        .hostKeyTrust(HostKeyTrust.TRUST_ON_FIRST_USE);
  }

  @Nested
  class Items {
    @Test
    @Rule("CAT-1")
    void item_withEverything_comesBackAsItWasSaved() {
      world.catalog().save(JumpPolicy.named("p").build());
      world.catalog().save(SessionPolicy.named("s"));
      JumpItem item =
          full(group).terms(JumpPolicyId.of("p")).allowing(SessionPolicyId.of("s")).build();
      world.catalog().save(item);
      assertThat(world.catalog().item(item.id()).orElseThrow())
          .usingRecursiveComparison()
          .isEqualTo(item);
      JumpItem bare = JumpItem.ssh("full", "other", 22).onPersonalListOf(maya.id()).build();
      world.catalog().save(bare);
      assertThat(world.catalog().item(item.id()).orElseThrow())
          .usingRecursiveComparison()
          .isEqualTo(bare);
    }

    @Test
    void everyFault_isNamedAtOnce_andNothingIsSaved() {
      JumpItem item =
          JumpItem.reachedBy("No", "bad", "two words", 0)
              .in(JumpGroupId.of("none"))
              .terms(JumpPolicyId.of("nope"))
              .allowing(SessionPolicyId.of("never"))
              .comments("zero\0")
              .name("\ud800")
              .build();
      PosternException no = refused(ErrorCode.CATALOG_INVALID, () -> world.catalog().save(item));
      assertThat(no.faults()).hasSize(8);
      assertThat(no)
          .hasMessageContaining("no group 'none'")
          .hasMessageContaining("no jump policy 'nope'")
          .hasMessageContaining("no session policy 'never'");
      assertThat(world.catalog().item(item.id())).isEmpty();
      assertThat(
              refused(
                      ErrorCode.CATALOG_INVALID,
                      () ->
                          world.save(
                              JumpItem.ssh("x", "h", 22).onPersonalListOf(PersonId.of("nobody"))))
                  .faults())
          .singleElement()
          .asString()
          .contains("nobody");
      refused(
          ErrorCode.CATALOG_INVALID,
          () -> world.save(JumpItem.ssh("x", "h", 22).in(group).name("ﷺ".repeat(200))));
    }

    @Test
    void audit_saysWhatChanged_withoutCommentsOrAttributes() {
      JumpItem item = world.save(full(group));
      assertThat(world.lastAudit().action()).isEqualTo("jump-item.added");
      world.save(
          item.toBuilder()
              .comments("private remark")
              .attribute("rack", "hidden value")
              .at("new.example", 23)
              .disabled(false));
      JumpWorld.Entry entry = world.audit("jump-item:full").get(1);
      assertThat(entry.action()).isEqualTo("jump-item.changed");
      assertThat(entry.actor()).isEqualTo("ada");
      assertThat(entry.details())
          .contains("attribute rack")
          .contains("comments")
          .contains("h.example -> new.example")
          .contains("true -> false")
          .doesNotContain("private remark")
          .doesNotContain("hidden value")
          .doesNotContain("room");
      int entries = world.audit("").size();
      world.save(world.catalog().item(item.id()).orElseThrow().toBuilder());
      assertThat(world.audit("")).hasSize(entries);
      world.catalog().remove(item.id());
      assertThat(world.lastAudit().action()).isEqualTo("jump-item.removed");
      refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> world.catalog().remove(item.id()));
    }

    @Test
    void report_isAuditedWhenItChanges_andNeverDisables() {
      JumpItemId id = world.item("a", group).id();
      world.catalog().report(id, JumpItemStatus.ONLINE);
      assertThat(world.lastAudit().action()).isEqualTo("jump-item.reported");
      int entries = world.audit("").size();
      world.catalog().report(id, JumpItemStatus.ONLINE);
      assertThat(world.audit("")).hasSize(entries);
      refused(ErrorCode.CATALOG_INVALID, () -> world.catalog().report(id, JumpItemStatus.DISABLED));
      refused(
          ErrorCode.JUMP_ITEM_NOT_FOUND,
          () -> world.catalog().report(JumpItemId.of("none"), JumpItemStatus.ONLINE));
    }

    @Test
    void savesAtOnce_leaveOneOfThemWhole() throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(6);
      try {
        List<Callable<Void>> saves =
            IntStream.range(0, 12)
                .<Callable<Void>>mapToObj(
                    i ->
                        () -> {
                          try {
                            world.save(
                                JumpItem.ssh("a", "h" + i, 22).in(group).attribute("n", "" + i));
                          } catch (PosternException e) {
                            assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_CHANGE);
                          }
                          return null;
                        })
                .toList();
        for (Future<Void> save : threads.invokeAll(saves)) {
          save.get();
        }
      } finally {
        threads.shutdownNow();
      }
      JumpItem item = world.catalog().item(JumpItemId.of("a")).orElseThrow();
      assertThat(item.host()).isEqualTo("h" + item.attributes().get("n"));
    }
  }

  @Nested
  class Members {
    private JumpItem item;
    private Catalog hers;

    @BeforeEach
    void start() {
      item = world.item("a", group);
      hers = world.catalog(maya.id());
    }

    private void may(JumpPermission... permissions) {
      world.group("g", maya.id(), permissions);
    }

    @Test
    @Rule("CAT-2")
    void member_changesWithEdit_addsWithAdd_removesWithRemove_notMore() {
      JumpItem edited = item.toBuilder().comments("by maya").build();
      JumpItem added = JumpItem.ssh("b", "h", 22).in(group).build();
      may(JumpPermission.START, JumpPermission.VIEW_REPORTS);
      refused(ErrorCode.NOT_PERMITTED, () -> hers.save(edited));
      refused(ErrorCode.NOT_PERMITTED, () -> hers.save(added));
      refused(ErrorCode.NOT_PERMITTED, () -> hers.remove(item.id()));
      assertThat(world.lastAudit().action()).isEqualTo("catalog.refused");
      assertThat(world.lastAudit().actor()).isEqualTo("maya");
      may(JumpPermission.EDIT);
      hers.save(edited);
      refused(ErrorCode.NOT_PERMITTED, () -> hers.save(added));
      refused(ErrorCode.NOT_PERMITTED, () -> hers.remove(item.id()));
      may(JumpPermission.ADD);
      hers.save(added);
      refused(ErrorCode.NOT_PERMITTED, () -> hers.save(item));
      may(JumpPermission.REMOVE);
      hers.remove(added.id());
      refused(ErrorCode.NOT_PERMITTED, () -> hers.save(added));
    }

    @Test
    @Rule("LOG-5")
    void member_cannotChooseWhatCredentialsAreFoundBy() {
      JumpItem tagged = world.save(item.toBuilder().tag("lab").attribute("site", "berlin"));
      JumpGroupId other = world.group("other", maya.id(), JumpPermission.values());
      may(JumpPermission.values());
      hers.save(tagged.toBuilder().name("Renamed").comments("fine").build());
      for (JumpItem lured :
          List.of(
              tagged.toBuilder().tag("prod").build(),
              tagged.toBuilder().tag("").build(),
              tagged.toBuilder().attribute("site", "paris").build(),
              tagged.toBuilder().attribute("rack", "7").build(),
              tagged.toBuilder().in(other).build(),
              tagged.toBuilder().onPersonalListOf(maya.id()).build(),
              JumpItem.reachedBy("telnet", "a", tagged.host(), tagged.port())
                  .in(group)
                  .tag("lab")
                  .attribute("site", "berlin")
                  .build(),
              JumpItem.ssh("new", "h", 22).in(group).tag("prod").build(),
              JumpItem.ssh("new", "h", 22).in(group).attribute("site", "paris").build())) {
        assertThat(refused(ErrorCode.NOT_PERMITTED, () -> hers.save(lured)))
            .hasMessageContaining("credentials are found by");
      }
      JumpItem kept = world.catalog().item(item.id()).orElseThrow();
      assertThat(kept.tag()).isEqualTo("lab");
      assertThat(kept.attributes()).isEqualTo(Map.of("site", "berlin"));
      assertThat(kept.group()).contains(group);
      world.save(kept.toBuilder().tag("prod").in(other));
      assertThat(world.catalog().item(item.id()).orElseThrow().group()).contains(other);
    }

    @Test
    @Rule("LOG-5")
    void whatOwnersWriteOfTheirItems_isShownToNoPlugIn() {
      JumpItem own =
          JumpItem.ssh("own", "h", 22)
              .onPersonalListOf(maya.id())
              .tag("prod")
              .attribute("site", "paris")
              .build();
      hers.save(own);
      hers.save(own.toBuilder().tag("mine").build());
      world.catalog().enrolHostKey(own.id());
      assertThat(world.asked.get(0).endpoint().tag()).isEmpty();
      assertThat(world.asked.get(0).endpoint().attributes()).isEmpty();
      world.save(item.toBuilder().tag("prod").attribute("site", "paris"));
      world.catalog().enrolHostKey(item.id());
      assertThat(world.asked.get(1).endpoint().tag()).isEqualTo("prod");
      assertThat(world.asked.get(1).endpoint().attributes()).containsEntry("site", "paris");
    }

    @Test
    @Rule("LOG-5")
    void idOfARemovedItem_isNotForMembersToUseAgain() {
      may(JumpPermission.values());
      JumpItem first = JumpItem.ssh("b", "h", 22).in(group).build();
      hers.save(first);
      hers.remove(first.id());
      JumpItem own = JumpItem.ssh("b", "evil.example", 22).onPersonalListOf(maya.id()).build();
      PosternException no = refused(ErrorCode.CATALOG_INVALID, () -> hers.save(own));
      refused(ErrorCode.CATALOG_INVALID, () -> hers.save(first));
      // As for an id that an item has which one may not see.
      world.save(JumpItem.ssh("c", "h", 22).in(world.group("hidden")));
      JumpItem taken = JumpItem.ssh("c", "h", 22).onPersonalListOf(maya.id()).build();
      assertThat(refused(ErrorCode.CATALOG_INVALID, () -> hers.save(taken)).getMessage())
          .isEqualTo(no.getMessage().replace("'b'", "'c'"));
      world.save(first.toBuilder());
      hers.save(first.toBuilder().comments("it is another one").build());
      world.catalog().remove(first.id());
      refused(ErrorCode.CATALOG_INVALID, () -> hers.save(first));
    }

    @Test
    @Rule("INJ-5")
    void whereHostsHaveNoKeys_onlyAdministratorsSayWhereItemsLead() {
      may(JumpPermission.values());
      hers.save(item.toBuilder().at("elsewhere.example", 22).build());
      world.showsKeys = false;
      JumpItem now = world.catalog().item(item.id()).orElseThrow();
      hers.save(now.toBuilder().comments("fine").build());
      for (JumpItem led :
          List.of(
              now.toBuilder().at("evil.example", 22).build(),
              now.toBuilder().at(now.host(), 2222).build(),
              JumpItem.ssh("new", "evil.example", 22).in(group).build(),
              JumpItem.ssh("own", "evil.example", 22).onPersonalListOf(maya.id()).build())) {
        assertThat(refused(ErrorCode.NOT_PERMITTED, () -> hers.save(led)))
            .hasMessageContaining("checks host keys");
        world.save(led.toBuilder());
        world.save(now.toBuilder());
      }
    }

    @Test
    @Rule("CAT-3")
    void owner_keepsAPersonalList() {
      JumpItem own = JumpItem.ssh("own", "h", 22).onPersonalListOf(maya.id()).build();
      hers.save(own);
      hers.save(own.toBuilder().comments("x").build());
      assertThat(hers.item(own.id())).isPresent();
      Person tim = world.person("tim");
      assertThat(world.catalog(tim.id()).item(own.id())).isEmpty();
      refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> world.catalog(tim.id()).remove(own.id()));
      refused(
          ErrorCode.NOT_PERMITTED,
          () ->
              world
                  .catalog(tim.id())
                  .save(JumpItem.ssh("new", "h", 22).onPersonalListOf(maya.id()).build()));
      hers.remove(own.id());
    }

    @Test
    void member_cannotLiftTheTermsThatBindThem() {
      world.catalog().save(JumpPolicy.named("p").build());
      world.catalog().save(SessionPolicy.named("s").allow(Tool.SHELL));
      JumpItem bound = world.save(item.toBuilder().terms(JumpPolicyId.of("p")));
      may(JumpPermission.values());
      hers.save(bound.toBuilder().comments("fine").build());
      refused(ErrorCode.NOT_PERMITTED, () -> hers.save(item));
      refused(
          ErrorCode.NOT_PERMITTED,
          () -> hers.save(bound.toBuilder().allowing(SessionPolicyId.of("s")).build()));
      refused(
          ErrorCode.NOT_PERMITTED,
          () -> hers.save(bound.toBuilder().hostKeyTrust(HostKeyTrust.TRUST_ON_FIRST_USE).build()));
      refused(
          ErrorCode.NOT_PERMITTED,
          () ->
              hers.save(
                  JumpItem.ssh("own", "h", 22)
                      .onPersonalListOf(maya.id())
                      .allowing(SessionPolicyId.of("s"))
                      .build()));
    }

    @Test
    @Rule("INJ-5")
    void member_cannotPointElsewhereWhatTrustsOnFirstUse() {
      JumpItem tofu = world.save(item.toBuilder().hostKeyTrust(HostKeyTrust.TRUST_ON_FIRST_USE));
      may(JumpPermission.values());
      hers.save(tofu.toBuilder().comments("fine").build());
      for (JumpItem moved :
          List.of(
              tofu.toBuilder().at("evil.example", 22).build(),
              tofu.toBuilder().at(tofu.host(), 2222).build())) {
        assertThat(refused(ErrorCode.NOT_PERMITTED, () -> hers.save(moved)))
            .hasMessageContaining("first use");
      }
      assertThat(world.catalog().item(item.id()).orElseThrow().host()).isEqualTo(tofu.host());
      JumpItem careful =
          tofu.toBuilder().at("new.example", 22).hostKeyTrust(HostKeyTrust.ENROLLED_ONLY).build();
      hers.save(careful);
      refused(
          ErrorCode.NOT_PERMITTED,
          () ->
              hers.save(careful.toBuilder().hostKeyTrust(HostKeyTrust.TRUST_ON_FIRST_USE).build()));
      world.save(tofu.toBuilder().at("elsewhere.example", 22));
    }

    @Test
    @Rule("INJ-5")
    void nobodyButAdministrators_addsOrMovesWhatTrustsOnFirstUse() {
      may(JumpPermission.values());
      JumpItem.Builder tofu =
          JumpItem.ssh("new", "h", 22).hostKeyTrust(HostKeyTrust.TRUST_ON_FIRST_USE);
      refused(ErrorCode.NOT_PERMITTED, () -> hers.save(tofu.in(group).build()));
      refused(ErrorCode.NOT_PERMITTED, () -> hers.save(tofu.onPersonalListOf(maya.id()).build()));
      JumpItem own = world.save(tofu.onPersonalListOf(maya.id()));
      refused(
          ErrorCode.NOT_PERMITTED, () -> hers.save(own.toBuilder().at("evil.example", 22).build()));
    }

    @Test
    @Rule("VIS-2")
    void itemOfAnother_isNotTakenOverByItsId() {
      refused(
          ErrorCode.CATALOG_INVALID,
          () -> hers.save(JumpItem.ssh("a", "h", 22).onPersonalListOf(maya.id()).build()));
      assertThat(world.catalog().item(item.id()).orElseThrow().group()).contains(group);
      assertThat(refused(ErrorCode.NOT_PERMITTED, () -> hers.save(item.toBuilder().build())))
          .hasMessageContaining("ADD");
    }

    @Test
    @Rule("VIS-2")
    void everythingElse_needsThePrivilege() {
      may(JumpPermission.values());
      JumpPolicyId policy = JumpPolicyId.of("p");
      SessionPolicyId session = SessionPolicyId.of("s");
      List<ThrowingCallable> calls =
          List.of(
              () -> hers.save(JumpGroup.of("g")),
              () -> hers.save(JumpPolicy.named("p").build()),
              () -> hers.save(SessionPolicy.named("s")),
              () -> hers.group(group),
              () -> hers.jumpPolicy(policy),
              () -> hers.sessionPolicy(session),
              () -> hers.remove(group),
              () -> hers.remove(policy),
              () -> hers.remove(session),
              () -> hers.assign(session, maya.id()),
              () -> hers.assignToSite(session),
              () -> hers.unassign(maya.id()),
              hers::unassignFromSite,
              () -> hers.groups(PageRequest.first()),
              () -> hers.jumpPolicies(PageRequest.first()),
              () -> hers.sessionPolicies(PageRequest.first()),
              () -> hers.hostKeys(item.id()),
              () -> hers.report(item.id(), JumpItemStatus.ONLINE),
              () -> hers.explain(ADMIN, item.id()));
      calls.forEach(call -> refused(ErrorCode.NOT_PERMITTED, call));
    }
  }

  @Nested
  class Groups {
    @Test
    void group_comesBackAsItWasSaved_audited() {
      JumpGroup saved =
          new JumpGroup(group, "Databases", Map.of())
              .with(maya.id(), JumpPermission.START, JumpPermission.EDIT)
              .with(PersonId.of("dba"))
              .with(GroupId.of("dba"), JumpPermission.START);
      world.catalog().save(saved);
      assertThat(world.catalog().group(group)).contains(saved);
      assertThat(world.lastAudit().action()).isEqualTo("jump-group.changed");
      assertThat(world.lastAudit().details())
          .contains("PERSON maya")
          .contains("no member -> member [START,EDIT]")
          .contains("GROUP dba");
      world.catalog().save(JumpGroup.of("g").with(maya.id()));
      assertThat(world.lastAudit().details())
          .contains("member [START,EDIT] -> member []")
          .contains("member [START] -> no member");
      refused(
          ErrorCode.CATALOG_INVALID,
          () -> world.catalog().save(new JumpGroup(group, " ", Map.of())));
    }

    @Test
    void group_withItems_isNotRemoved() {
      JumpItemId id = world.item("a", group).id();
      assertThat(refused(ErrorCode.CATALOG_ENTRY_IN_USE, () -> world.catalog().remove(group)))
          .hasMessageContaining("'a'");
      world.catalog().remove(id);
      world.group("g", maya.id(), JumpPermission.START);
      world.catalog().remove(group);
      assertThat(world.catalog().group(group)).isEmpty();
      assertThat(world.lastAudit().action()).isEqualTo("jump-group.removed");
      refused(ErrorCode.CATALOG_ENTRY_NOT_FOUND, () -> world.catalog().remove(group));
    }

    @Test
    void savesAtOnce_leaveTheMembersOfOneOfThem() throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(6);
      List<JumpGroup> groups = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        groups.add(JumpGroup.of("new").with(PersonId.of("a" + i)).with(PersonId.of("b" + i)));
      }
      try {
        List<Callable<Void>> saves =
            groups.stream()
                .<Callable<Void>>map(
                    each ->
                        () -> {
                          world.catalog().save(each);
                          return null;
                        })
                .toList();
        for (Future<Void> save : threads.invokeAll(saves)) {
          save.get();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(groups).contains(world.catalog().group(JumpGroupId.of("new")).orElseThrow());
    }
  }

  @Nested
  class Policies {
    private final JumpPolicyId policy = JumpPolicyId.of("p");
    private final SessionPolicyId session = SessionPolicyId.of("s");

    @Test
    void policies_comeBackAsTheyWereSaved_audited() {
      JumpPolicy saved = JumpPolicy.named("p").description("first").build();
      world.catalog().save(saved);
      assertThat(world.lastAudit().action()).isEqualTo("jump-policy.added");
      assertThat(world.catalog().jumpPolicy(policy).orElseThrow())
          .usingRecursiveComparison()
          .isEqualTo(saved);
      world.catalog().save(JumpPolicy.named("p").description("second").withoutTyping().build());
      assertThat(world.lastAudit().action()).isEqualTo("jump-policy.changed");
      assertThat(world.lastAudit().details()).contains("description, typingAllowed");
      world.catalog().save(SessionPolicy.named("s").allow(Tool.SHELL));
      assertThat(world.catalog().sessionPolicy(session).orElseThrow().of(Tool.SHELL))
          .isEqualTo(SessionPolicy.Permission.ALLOW);
      assertThat(world.lastAudit().action()).isEqualTo("session-policy.added");
      assertThat(world.catalog().jumpPolicy(JumpPolicyId.of("none"))).isEmpty();
      assertThat(world.catalog().sessionPolicy(SessionPolicyId.of("none"))).isEmpty();
    }

    @Test
    void policyWithFaults_isRefusedWithAllOfThem() {
      PosternException no =
          refused(
              ErrorCode.CATALOG_INVALID,
              () ->
                  world
                      .catalog()
                      .save(
                          JumpPolicy.named("p")
                              .name("")
                              .description("\0")
                              .duration(Duration.ofHours(2), Duration.ofHours(1))
                              .extendable(1, Duration.ofDays(91))
                              .build()));
      assertThat(no.faults()).hasSize(4);
      assertThat(world.catalog().jumpPolicy(policy)).isEmpty();
    }

    @Test
    @Rule("REQ-1")
    void policyWithAnEmailApprover_needsANotifier() {
      JumpPolicy byMail =
          JumpPolicy.named("p")
              .approval(ApprovalTerms.by(Approver.email("nora@example.org")))
              .build();
      assertThat(
              refused(
                      ErrorCode.CATALOG_INVALID,
                      () -> new JumpWorld(store, false).catalog().save(byMail))
                  .faults())
          .singleElement()
          .asString()
          .contains("Notifier");
      world.catalog().save(byMail);
    }

    @Test
    void policyInUse_isNotRemoved() {
      world.catalog().save(JumpPolicy.named("p").build());
      world.catalog().save(SessionPolicy.named("s"));
      JumpItem item =
          world.save(JumpItem.ssh("a", "h", 22).in(group).terms(policy).allowing(session));
      refused(ErrorCode.CATALOG_ENTRY_IN_USE, () -> world.catalog().remove(policy));
      refused(ErrorCode.CATALOG_ENTRY_IN_USE, () -> world.catalog().remove(session));
      world.catalog().remove(item.id());
      world.catalog().remove(policy);
      assertThat(world.lastAudit().action()).isEqualTo("jump-policy.removed");
      world.catalog().assign(session, GroupId.of("dba"));
      assertThat(world.lastAudit().action()).isEqualTo("session-policy.assigned");
      refused(ErrorCode.CATALOG_ENTRY_IN_USE, () -> world.catalog().remove(session));
      world.catalog().save(SessionPolicy.named("t"));
      world.catalog().assign(SessionPolicyId.of("t"), GroupId.of("dba"));
      world.catalog().remove(session);
      refused(ErrorCode.CATALOG_ENTRY_NOT_FOUND, () -> world.catalog().remove(session));
      refused(ErrorCode.CATALOG_ENTRY_NOT_FOUND, () -> world.catalog().remove(policy));
      refused(ErrorCode.CATALOG_ENTRY_NOT_FOUND, () -> world.catalog().assign(session, maya.id()));
      refused(ErrorCode.CATALOG_ENTRY_NOT_FOUND, () -> world.catalog().assignToSite(session));
    }
  }
}
