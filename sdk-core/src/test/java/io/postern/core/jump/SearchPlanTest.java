package io.postern.core.jump;

import static io.postern.core.jump.JumpWorld.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.PageRequest;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.StoreUnderTest;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemQuery;
import io.postern.jump.JumpPermission;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.testing.Rule;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That the embedded store finds its way among 100,000 items by its indexes. */
class SearchPlanTest {
  @RegisterExtension final StoreUnderTest store = StoreUnderTest.sqlite();
  private JumpWorld world;
  private Person maya;
  private Person all;

  @BeforeEach
  void fill() {
    world = new JumpWorld(store);
    maya = world.person("maya");
    all = world.add(Person.named("al", "Al").with(Privilege.ACCESS_ALL_JUMP_ITEMS));
    world.group("few", maya.id(), JumpPermission.START);
    world.group("many");
    world
        .database()
        .change(
            tx -> {
              for (int i = 0; i < 100_000; i++) {
                ItemRows.insert(
                    tx,
                    JumpItem.ssh("i" + i, "host-" + i + ".example", 22)
                        .in(JumpGroupId.of(i % 1_000 == 0 ? "few" : "many"))
                        .comments("rack " + Integer.toHexString(i * 7_919))
                        .build());
              }
              return true;
            });
  }

  private String plan(Person person, JumpItemQuery query) {
    ItemSearch.Statement statement =
        ItemSearch.statement(Dialect.SQLITE, person, query, ItemSearch.keyset(PageRequest.first()));
    List<String> steps =
        world
            .database()
            .read(
                tx ->
                    tx.list(
                        "explain query plan " + statement.sql(),
                        row -> row.text("detail"),
                        statement.arguments().toArray()));
    return String.join("\n", steps);
  }

  @Test
  void everyStatement_amongVeryManyItems_usesAnIndex() {
    assertThat(plan(all, JumpItemQuery.all()))
        .contains("jump_item_order")
        .doesNotContain("TEMP B-TREE");
    assertThat(plan(all, JumpItemQuery.all().text("host-4711")))
        .contains("jump_item_search VIRTUAL TABLE INDEX");
    assertThat(plan(all, JumpItemQuery.all().whereStarts(JumpItemQuery.Field.NAME, "i47")))
        .contains("USING INDEX jump_item_order (name_sort>?)");
    assertThat(ids(world.as(all).search("host-4711."))).containsExactly("i4711");
    assertThat(ids(world.as(maya).search("host-4711."))).isEmpty();
    assertThat(ids(world.as(maya).search("host-47000."))).containsExactly("i47000");
    assertThat(world.as(all).search("host").rows()).hasSize(50);
  }

  @Test
  @Rule({"CAT-7", "VIS-2"})
  void everyStatement_ofWhoDoesNotSeeAll_beginsWithWhatTheySee() {
    JumpItemQuery all = JumpItemQuery.all();
    for (JumpItemQuery query :
        List.of(
            all,
            all.text("host-4711"),
            all.text("a"),
            all.where(JumpItemQuery.Field.NAME, "i47"),
            all.whereStarts(JumpItemQuery.Field.NAME, "i47"),
            all.in(JumpGroupId.of("many")))) {
      assertThat(plan(maya, query))
          .contains("SEARCH i USING INDEX jump_item_group (group_id=?)")
          .contains("SEARCH i USING INDEX jump_item_personal (personal_list_of=?)")
          .doesNotContain("jump_item_search")
          .doesNotContain("jump_item_order");
    }
  }
}
