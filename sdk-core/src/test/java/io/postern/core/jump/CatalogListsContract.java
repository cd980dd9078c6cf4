package io.postern.core.jump;

import static io.postern.core.jump.JumpWorld.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PageRequest;
import io.postern.core.store.StoreUnderTest;
import io.postern.jump.Catalog;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemQuery;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an administrator finds in the catalog, and takes off again, on both engines. */
abstract class CatalogListsContract {
  @RegisterExtension final StoreUnderTest store;
  private JumpWorld world;
  private Catalog catalog;

  CatalogListsContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void make() {
    world = new JumpWorld(store);
    catalog = world.catalog();
  }

  private static <T> List<T> pages(Function<PageRequest, Page<T>> list) {
    List<T> all = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      PageRequest page = PageRequest.first().ofSize(2);
      Page<T> shown = list.apply(next.map(page::after).orElse(page));
      assertThat(shown.rows()).hasSizeBetween(1, 2);
      all.addAll(shown.rows());
      next = shown.next();
    } while (next.isPresent());
    return all;
  }

  @Test
  void groups_comeWithTheirMembers_eachOnce_byId() {
    List<JumpGroup> saved =
        List.of(
            JumpGroup.of("B").with(PersonId.of("tom"), JumpPermission.START),
            JumpGroup.of("a"),
            JumpGroup.of("c")
                .with(GroupId.of("tom"), JumpPermission.EDIT, JumpPermission.ADD)
                .with(PersonId.of("tom")),
            JumpGroup.of("d e"),
            JumpGroup.of("\u00e4"));
    saved.forEach(catalog::save);
    assertThat(pages(catalog::groups)).isEqualTo(saved);
  }

  @Test
  void policies_comeEachOnce_byId() {
    for (String id : List.of("q", "p", "r")) {
      catalog.save(JumpPolicy.named(id).build());
      catalog.save(SessionPolicy.named(id).allow(Tool.SHELL));
    }
    assertThat(pages(catalog::jumpPolicies))
        .extracting(policy -> policy.id().value())
        .containsExactly("p", "q", "r");
    assertThat(pages(catalog::sessionPolicies))
        .extracting(policy -> policy.id().value())
        .containsExactly("p", "q", "r");
    assertThat(catalog.sessionPolicies(PageRequest.first()).rows().get(0).of(Tool.SHELL))
        .isEqualTo(SessionPolicy.Permission.ALLOW);
  }

  @Test
  void lists_takeNoPlaceOfAnotherList() {
    for (String id : List.of("a", "b")) {
      catalog.save(JumpGroup.of(id));
      catalog.save(SessionPolicy.named(id));
      world.item(id, JumpGroupId.of(id));
    }
    PageRequest one = PageRequest.first().ofSize(1);
    String group = catalog.groups(one).next().orElseThrow();
    Person admin = world.find(JumpWorld.ADMIN).orElseThrow();
    String item = world.as(admin).search(JumpItemQuery.all(), one).next().orElseThrow();
    for (String place : List.of("", "a", item, group + "A")) {
      refused(ErrorCode.QUERY_INVALID, () -> catalog.groups(one.after(place)));
    }
    refused(ErrorCode.QUERY_INVALID, () -> catalog.sessionPolicies(one.after(group)));
  }

  @Test
  void hostKeys_areTheEnrolledOnesOfTheItem() {
    JumpItemId id = world.item("a", world.group("g")).id();
    assertThat(catalog.hostKeys(id)).isEmpty();
    catalog.pinHostKey(id, JumpWorld.KEY);
    catalog.pinHostKey(id, JumpWorld.OTHER_TYPE);
    assertThat(catalog.hostKeys(id)).containsExactly(JumpWorld.KEY, JumpWorld.OTHER_TYPE);
    refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> catalog.hostKeys(JumpItemId.of("none")));
  }

  @Test
  void unassign_takesThePolicyOffAtOnce_audited() {
    Person maya = world.person("maya", "dba");
    JumpItem item = world.item("a", world.group("g", maya.id(), JumpPermission.START));
    SessionPolicyId policy = SessionPolicyId.of("s");
    catalog.save(SessionPolicy.named("s").allow(Tool.SHELL));
    catalog.assign(policy, maya.id());
    catalog.assign(policy, GroupId.of("dba"));
    catalog.assignToSite(policy);
    List<Runnable> steps =
        List.of(
            () -> catalog.unassign(maya.id()),
            () -> catalog.unassign(GroupId.of("dba")),
            catalog::unassignFromSite);
    for (Runnable step : steps) {
      assertThat(tools(maya, item)).containsExactly(Tool.SHELL);
      refused(ErrorCode.CATALOG_ENTRY_IN_USE, () -> catalog.remove(policy));
      step.run();
      assertThat(world.lastAudit().action()).isEqualTo("session-policy.unassigned");
      assertThat(world.lastAudit().subject()).isEqualTo("session-policy:s");
      assertThat(refused(ErrorCode.CATALOG_ENTRY_NOT_FOUND, step::run))
          .hasMessageContaining("no session policy is assigned to");
    }
    assertThat(tools(maya, item)).isEmpty();
    catalog.remove(policy);
  }

  private java.util.Set<Tool> tools(Person person, JumpItem item) {
    return world.database().read(tx -> world.judge().tools(tx, person, item.id())).allowed();
  }

  @Test
  void remove_ofWhatIsUsed_namesKindAndWho() {
    SessionPolicyId session = SessionPolicyId.of("s");
    catalog.save(JumpPolicy.named("p").build());
    catalog.save(SessionPolicy.named("s"));
    JumpItem item =
        world.save(
            JumpItem.ssh("a", "h", 22)
                .in(world.group("g"))
                .terms(JumpPolicyId.of("p"))
                .allowing(session));
    assertThat(inUse(() -> catalog.remove(JumpPolicyId.of("p"))))
        .contains("jump policy 'p'", "jump item 'a'");
    assertThat(inUse(() -> catalog.remove(session)))
        .contains("session policy 's'", "jump item 'a'");
    assertThat(inUse(() -> catalog.remove(JumpGroupId.of("g")))).contains("jump item 'a'");
    catalog.remove(item.id());
    catalog.assignToSite(session);
    assertThat(inUse(() -> catalog.remove(session))).contains("the whole site", "unassignFromSite");
    catalog.unassignFromSite();
    catalog.assign(session, PersonId.of("maya"));
    assertThat(inUse(() -> catalog.remove(session))).contains("person 'maya'", "Catalog.unassign");
    catalog.unassign(PersonId.of("maya"));
    catalog.assign(session, GroupId.of("maya"));
    assertThat(inUse(() -> catalog.remove(session))).contains("group 'maya'");
  }

  private static String inUse(Runnable act) {
    return String.valueOf(refused(ErrorCode.CATALOG_ENTRY_IN_USE, act::run).getMessage());
  }
}
