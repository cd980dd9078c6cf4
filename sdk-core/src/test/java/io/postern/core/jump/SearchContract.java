package io.postern.core.jump;

import static io.postern.core.jump.JumpWorld.ids;
import static io.postern.core.jump.JumpWorld.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PageRequest;
import io.postern.core.store.StoreUnderTest;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemQuery;
import io.postern.jump.JumpItemQuery.Field;
import io.postern.jump.JumpItemSummary;
import io.postern.jump.JumpPermission;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lists and search, on both engines, held against {@link RememberedItems}. */
abstract class SearchContract {
  @RegisterExtension final StoreUnderTest store;
  private JumpWorld world;
  private Person maya;
  private JumpGroupId mine;
  private JumpGroupId others;

  SearchContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void make() {
    world = new JumpWorld(store);
    maya = world.person("maya", "dba");
    mine = world.group("mine", maya.id(), JumpPermission.EDIT);
    others = world.group("others");
  }

  private List<String> found(String text) {
    return ids(world.as(maya).search(text));
  }

  private List<String> found(JumpItemQuery query) {
    return ids(world.as(maya).search(query, PageRequest.first()));
  }

  @Test
  @Rule("CAT-7")
  void text_isLookedForInEveryFieldThatCounts() {
    world.save(
        JumpItem.ssh("a", "db-7.example", 22)
            .in(mine)
            .name("Orders")
            .comments("primary\nnode")
            .tag("Blue")
            .publicIp("203.0.113.9")
            .privateIp("10.1.2.3")
            .attribute("rack", "R-17"));
    world.item("b", mine);
    for (String text :
        List.of(
            "order",
            "DB-7",
            "primary",
            "node",
            "blue",
            "203.0",
            "1.2.3",
            "r-17",
            "ord blue 10.1",
            "R",
            "7 b")) {
      assertThat(found(text)).as(text).contains("a");
    }
    assertThat(found("orders blau")).isEmpty();
    assertThat(found("rack")).isEmpty();
    assertThat(found("primarynode")).isEmpty();
  }

  @Test
  @Rule("CAT-7")
  void fields_areExactOrBeginWith_whateverTheCase() {
    world.save(
        JumpItem.ssh("a", "DB-7.example", 22)
            .in(mine)
            .name("ÄÖ Orders")
            .comments("Primary node_1")
            .tag("Blue%")
            .publicIp("203.0.113.9")
            .privateIp("10.1.2.3")
            .attribute("rack", "R-17"));
    world.item("b", mine);
    JumpItemQuery all = JumpItemQuery.all();
    assertThat(found(all.where(Field.NAME, "äö orders"))).containsExactly("a");
    assertThat(found(all.where(Field.NAME, "äö"))).isEmpty();
    assertThat(found(all.whereStarts(Field.NAME, "äÖ"))).containsExactly("a");
    assertThat(found(all.whereStarts(Field.NAME, "orders"))).isEmpty();
    assertThat(found(all.where(Field.HOST, "db-7.EXAMPLE"))).containsExactly("a");
    assertThat(found(all.whereStarts(Field.HOST, "db-"))).containsExactly("a");
    assertThat(found(all.whereStarts(Field.COMMENTS, "primary NODE_"))).containsExactly("a");
    assertThat(found(all.whereStarts(Field.COMMENTS, "primary%"))).isEmpty();
    assertThat(found(all.where(Field.TAG, "blue%"))).containsExactly("a");
    assertThat(found(all.whereStarts(Field.TAG, "blue_"))).isEmpty();
    assertThat(found(all.where(Field.PUBLIC_IP, "203.0.113.9"))).containsExactly("a");
    assertThat(found(all.whereStarts(Field.PRIVATE_IP, "10."))).containsExactly("a");
    assertThat(found(all.where(Field.METHOD, "SSH"))).containsExactly("b", "a");
    assertThat(found(all.whereStarts(Field.METHOD, "r"))).isEmpty();
    assertThat(found(all.whereAttribute("rack", "r-17"))).containsExactly("a");
    assertThat(found(all.whereAttribute("rack", "r-1"))).isEmpty();
    assertThat(found(all.whereAttribute("room", "r-17"))).isEmpty();
    assertThat(found(all.text("order").where(Field.TAG, "blue%").whereAttribute("rack", "R-17")))
        .containsExactly("a");
    assertThat(found(all.text("order").where(Field.TAG, "red"))).isEmpty();
    assertThat(found(all.in(mine).text("b.example"))).containsExactly("b");
    assertThat(found(all.in(others))).isEmpty();
    assertThat(found(all.whereStarts(Field.COMMENTS, "x".repeat(100_000)))).isEmpty();
    assertThat(found(all.where(Field.NAME, "a\0"))).isEmpty();
    assertThat(found(all.whereStarts(Field.NAME, "\ud800"))).isEmpty();
  }

  @Test
  @Rule("CAT-7")
  void text_withEveryKindOfCharacter_findsWhatAnOracleFinds() {
    RememberedItems oracle = new RememberedItems();
    Random random = new Random(20_261_122);
    for (int i = 0; i < 150; i++) {
      JumpItem.Builder item =
          JumpItem.ssh("i" + i, "h" + i + "." + DifficultTexts.host(random), 22)
              .name(DifficultTexts.text(random, 40))
              .comments(DifficultTexts.text(random, 200))
              .tag(DifficultTexts.text(random, 20))
              .attribute("a", DifficultTexts.text(random, 30));
      oracle.add(world.save(i % 3 == 0 ? item.in(others) : item.in(mine)), i % 3 != 0);
    }
    int hits = 0;
    for (int i = 0; i < 2_000; i++) {
      String text = DifficultTexts.query(random, oracle.texts());
      List<String> expected = oracle.find(text);
      hits += expected.isEmpty() ? 0 : 1;
      assertThat(ids(world.as(maya).search(JumpItemQuery.all().text(text), DifficultTexts.ALL)))
          .as("search %d for '%s'", i, text)
          .isEqualTo(expected);
    }
    // Else the oracle would agree about nothing.
    assertThat(hits).isGreaterThan(500);
  }

  @Test
  @Rule("CAT-7")
  void text_longerThanAllowed_isRefused() {
    refused(ErrorCode.QUERY_INVALID, () -> JumpItemQuery.all().text("x".repeat(501)));
    assertThat(found("x ".repeat(250))).isEmpty();
    assertThat(found("ﷺ".repeat(500))).isEmpty();
  }

  @Test
  @Rule({"CAT-7", "VIS-2"})
  void invisibleItems_changeNoAnswer() {
    for (int i = 0; i < 20; i++) {
      world.save(JumpItem.ssh("m" + i, "host-" + i, 22).in(mine).name("item " + (i * 2)));
    }
    List<Object> before = answers();
    Person tim = world.person("tim");
    for (int i = 0; i < 60; i++) {
      JumpItem.Builder hidden =
          JumpItem.ssh("o" + i, "host-" + i, 22).name("item " + i).comments("host item");
      world.save(i % 2 == 0 ? hidden.in(others) : hidden.onPersonalListOf(tim.id()));
      JumpItemId id = JumpItemId.of("o" + i);
      world
          .database()
          .change(
              tx -> {
                // As if the person had used it before they lost the right.
                world.items().used(tx, maya.id(), id);
                return true;
              });
    }
    assertThat(answers()).isEqualTo(before);
    assertThat(ids(world.as(tim).search(JumpItemQuery.all(), DifficultTexts.ALL))).hasSize(30);
  }

  private List<Object> answers() {
    List<Object> answers = new ArrayList<>();
    for (String text : List.of("", "item", "1", "item 1", "host-1 item", "nothing")) {
      Optional<String> next = Optional.of("");
      while (next.isPresent()) {
        PageRequest page = new PageRequest(7, next.filter(place -> !place.isEmpty()));
        Page<JumpItemSummary> found = world.as(maya).search(JumpItemQuery.all().text(text), page);
        answers.add(found);
        assertThat(answers).as("the pages of 20 items end").hasSizeLessThan(60);
        next = found.next();
      }
    }
    answers.add(world.as(maya).frequentlyUsed(10));
    answers.add(world.as(maya).recentlyUsed(10));
    return answers;
  }

  @Test
  @Rule("CAT-6")
  void pages_holdFiftyRowsUnlessSaid_andEndWhenAllWereShown() {
    for (int i = 0; i < 51; i++) {
      world.item("i%02d".formatted(i), mine);
    }
    Page<JumpItemSummary> first = world.as(maya).search("");
    assertThat(first.rows()).hasSize(50);
    Page<JumpItemSummary> second =
        world
            .as(maya)
            .search(JumpItemQuery.all(), PageRequest.first().after(first.next().orElseThrow()));
    assertThat(ids(second)).containsExactly("i50");
    assertThat(second.next()).isEmpty();
    assertThat(world.as(maya).search(JumpItemQuery.all(), PageRequest.first().ofSize(51)).next())
        .isEmpty();
  }

  @Test
  @Rule("CAT-6")
  void cursor_whileItemsComeAndGo_neitherRepeatsNorSkipsWhatStays() {
    Random random = new Random(7);
    for (int i = 0; i < 60; i++) {
      world.save(
          JumpItem.ssh("i%02d".formatted(i), "h", 22).in(mine).name("n" + random.nextInt(20)));
    }
    List<String> stay =
        ids(world.as(maya).search(JumpItemQuery.all(), DifficultTexts.ALL)).stream()
            .filter(id -> id.hashCode() % 3 != 0)
            .toList();
    List<String> seen = new ArrayList<>();
    Optional<String> next = Optional.empty();
    int turn = 0;
    do {
      Page<JumpItemSummary> page =
          world.as(maya).search(JumpItemQuery.all(), new PageRequest(7, next));
      seen.addAll(ids(page));
      next = page.next();
      // The last row of the page goes too, the one that the cursor names.
      page.rows().stream()
          .map(JumpItemSummary::id)
          .filter(id -> !stay.contains(id.value()))
          .forEach(id -> world.catalog().remove(id));
      world.save(JumpItem.ssh("x" + turn, "h", 22).in(mine).name("n" + random.nextInt(20)));
      turn++;
      assertThat(turn).as("a list of 60 items ends").isLessThan(60);
    } while (next.isPresent());
    assertThat(seen).doesNotHaveDuplicates();
    assertThat(seen.stream().filter(stay::contains).toList()).isEqualTo(stay);
  }

  @Test
  @Rule("CAT-6")
  void order_isTheOneOfFoldedNames_onBothEngines() {
    List<String> names = List.of("b", "A", "ä", "Z", "a b", "a-b", "_", "😀", "ﬀ", "");
    for (int i = 0; i < names.size() - 1; i++) {
      world.save(JumpItem.ssh("i" + i, "h", 22).in(mine).name(names.get(i)));
    }
    assertThat(
            world.as(maya).search("").rows().stream()
                .map(JumpItemSummary::name)
                .collect(Collectors.toList()))
        .containsExactly("_", "A", "a b", "a-b", "b", "ﬀ", "Z", "ä", "😀");
  }

  @Test
  void cursor_ofTwoItemsOfOneName_standsBetweenThem() {
    world.save(JumpItem.ssh("1", "h", 22).in(mine).name("same"));
    world.save(JumpItem.ssh("2", "h", 22).in(mine).name("Same"));
    Page<JumpItemSummary> first =
        world.as(maya).search(JumpItemQuery.all(), new PageRequest(1, Optional.empty()));
    assertThat(ids(first)).containsExactly("1");
    assertThat(
            ids(
                world
                    .as(maya)
                    .search(
                        JumpItemQuery.all(),
                        PageRequest.first().after(first.next().orElseThrow()))))
        .containsExactly("2");
  }

  @Test
  @Rule("CAT-8")
  void usedItems_areRankedByUseAndByTime_perPerson() {
    Person tim = world.person("tim");
    for (String id : List.of("a", "b", "c")) {
      world.item(id, mine);
    }
    use(maya, "a", "a", "b", "c", "c", "c", "a", "b");
    use(tim, "b", "b", "b", "b", "b");
    assertThat(ids(world.as(maya).frequentlyUsed(2))).containsExactly("a", "c");
    assertThat(ids(world.as(maya).recentlyUsed(9))).containsExactly("b", "a", "c");
    assertThat(world.as(tim).frequentlyUsed(9)).isEmpty();
    assertThat(world.as(maya).recentlyUsed(1).get(0).lastAccessed())
        .contains(store.clock().instant());
    world.catalog().remove(JumpItemId.of("a"));
    world.item("a", mine);
    assertThat(ids(world.as(maya).frequentlyUsed(9))).containsExactly("c", "b");
    refused(ErrorCode.QUERY_INVALID, () -> world.as(maya).frequentlyUsed(0));
    refused(ErrorCode.QUERY_INVALID, () -> world.as(maya).recentlyUsed(1_001));
  }

  private void use(Person person, String... ids) {
    for (String id : ids) {
      store.clock().advance(Duration.ofMinutes(1));
      world
          .database()
          .change(
              tx -> {
                world.items().used(tx, person.id(), JumpItemId.of(id));
                return true;
              });
    }
  }

  @Test
  @Rule({"CAT-3", "CAT-4"})
  void search_showsOwnListAndAllToThoseWhoMay() {
    world.save(JumpItem.ssh("own", "h", 22).onPersonalListOf(maya.id()));
    world.item("in-mine", mine);
    world.item("in-others", others);
    Person tim = world.person("tim");
    Person all = world.add(Person.named("al", "Al").with(Privilege.ACCESS_ALL_JUMP_ITEMS));
    assertThat(found("")).containsExactly("in-mine", "own");
    assertThat(ids(world.as(tim).search(""))).isEmpty();
    assertThat(ids(world.as(all).search(""))).containsExactly("in-mine", "in-others", "own");
  }

  @Test
  void search_byAPersonOfVeryManyGroups_isAnswered() {
    String[] groups = new String[5_000];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = "g\"'\\%" + i;
    }
    Person busy = world.person("busy", groups);
    world.group("mine", GroupId.of(groups[4_711]), JumpPermission.START);
    world.item("a", mine);
    assertThat(ids(world.as(busy).search("a"))).containsExactly("a");
  }

  @Test
  void itemThatWasChanged_isFoundByWhatItIsNow() {
    JumpItem item = world.save(JumpItem.ssh("a", "h", 22).in(mine).comments("former words"));
    world.save(item.toBuilder().comments("present words").attribute("k", "added"));
    assertThat(found("former")).isEmpty();
    assertThat(found("present added")).containsExactly("a");
    world.catalog().remove(item.id());
    assertThat(found("present")).isEmpty();
  }
}
