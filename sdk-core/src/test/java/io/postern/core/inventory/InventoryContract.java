package io.postern.core.inventory;

import static io.postern.core.inventory.ListedInventory.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.audit.AuditEntry;
import io.postern.audit.AuditQuery;
import io.postern.core.Awaiting;
import io.postern.core.Logged;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.credential.CredentialLimits;
import io.postern.credential.ManagerHealth;
import io.postern.jump.Catalog;
import io.postern.jump.HostKey;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemDetail;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemQuery;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpItemSummary;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicyId;
import io.postern.session.Session;
import io.postern.spi.Settings;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.inventory.InventoryItem;
import io.postern.testing.Rule;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Items that the catalog has from inventories. */
abstract class InventoryContract {
  static final Duration EVERY = Duration.ofMinutes(5);
  private static final JumpItemId ONE = JumpItemId.of("cmdb:1");
  private static final JumpItemId TWO = JumpItemId.of("cmdb:2");
  static final UnaryOperator<JumpItem.Builder> PLACING =
      item ->
          item.in(JumpGroupId.of("databases"))
              .terms(JumpPolicyId.of("terms"))
              .allowing(SessionPolicyId.of("tools"));

  @RegisterExtension final PosternUnderTest test;
  final ListedInventory inventory = new ListedInventory();
  Postern following;

  InventoryContract(PosternUnderTest test) {
    this.test = test;
  }

  private Scene followed() {
    return followed(PLACING);
  }

  private Scene followed(UnaryOperator<JumpItem.Builder> placing) {
    open(placing);
    Scene scene = Scene.open(test);
    inventory.items.add(item("1", "Accounts", "accounts.example"));
    inventory.items.add(item("2", "Billing", "billing.example"));
    follow();
    return scene;
  }

  /** Opens a Postern, and waits until it has asked at its start: nothing is there yet. */
  void open(UnaryOperator<JumpItem.Builder> placing) {
    following = test.open(builder -> builder.inventory("cmdb", inventory, EVERY, placing));
    Awaiting.until(
        "the inventory was asked at the start",
        () -> number("select count(*) from inventory where node is null and synced_at > 0") == 1);
  }

  /** Has it asked once more, and waits until what it said is written. */
  void follow() {
    test.clock().advance(EVERY.plusSeconds(1));
    long now = test.clock().instant().toEpochMilli();
    test.sweep(following);
    Awaiting.until(
        "the inventory was followed",
        () -> number("select count(*) from inventory where node is null and due_at > " + now) == 1);
  }

  long number(String sql) {
    try (Connection connection = test.pastPostern();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private Catalog catalog() {
    return following.as("adam").catalog();
  }

  private JumpItemDetail detail(JumpItemId id) {
    return following.as("maya").jumpItems().detail(id);
  }

  private List<AuditEntry> audited(String action) {
    return following
        .as("adam")
        .audit()
        .list(AuditQuery.all().action(action), PageRequest.first())
        .rows();
  }

  private List<String> found(String text) {
    return following
        .as("maya")
        .jumpItems()
        .search(JumpItemQuery.all().text(text), PageRequest.first())
        .rows()
        .stream()
        .map(JumpItemSummary::name)
        .toList();
  }

  @Test
  @Rule("CAT-10")
  void itsItems_areFoundAndJudgedAndStartedAsAnyOther() {
    followed();
    assertThat(found("accounts")).containsExactly("Accounts");
    JumpItemDetail detail = detail(ONE);
    assertThat(detail.item().attributes()).containsEntry("rack", "r-1");
    assertThat(detail.item().tag()).isEqualTo("tagged");
    assertThat(detail.source())
        .contains(
            new JumpItemDetail.Source(
                "cmdb", "1", Optional.of(test.clock().instant()), false, false));
    Refused.with(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> following.as("noor").jumpItems().detail(ONE));
    catalog().enrolHostKey(ONE);
    Session session =
        following
            .as("maya")
            .sessions()
            .start(ONE, ask -> ask.reason("INC-9"))
            .awaitAvailable(Duration.ofSeconds(60));
    session.connect().close();
    session.end();
    assertThat(audited("jump-item.added"))
        .filteredOn(entry -> entry.actor().equals("postern:inventory"))
        .hasSize(2);
    assertThat(detail(Scene.ORDERS).source()).isEmpty();
  }

  @Test
  @Rule("CAT-10")
  void aChangedItem_isChanged_andItsHostKeysAreVoidWhenItIsElsewhere() {
    followed();
    catalog().enrolHostKey(ONE);
    inventory.items.set(0, item("1", "Accounts receivable", "accounts.example"));
    follow();
    assertThat(found("receivable")).containsExactly("Accounts receivable");
    assertThat(catalog().hostKeys(ONE)).hasSize(1);
    inventory.items.set(0, item("1", "Accounts receivable", "moved.example"));
    follow();
    assertThat(detail(ONE).item().host()).isEqualTo("moved.example");
    assertThat(catalog().hostKeys(ONE)).isEmpty();
    int before = audited("jump-item.changed").size();
    follow();
    assertThat(audited("jump-item.changed")).as("nothing changed").hasSize(before);
  }

  @Test
  @Rule("CAT-10")
  void aVanishedItem_goesOffline_andIsRemovedOnceNothingUsesIt() {
    followed();
    catalog().enrolHostKey(ONE);
    Session session =
        following
            .as("maya")
            .sessions()
            .start(ONE, ask -> ask.reason("INC-9"))
            .awaitAvailable(Duration.ofSeconds(60));
    session.connect();
    inventory.items.clear();
    follow();
    assertThat(detail(ONE).status()).isEqualTo(JumpItemStatus.OFFLINE);
    assertThat(detail(ONE).source().orElseThrow().gone()).isTrue();
    assertThat(detail(TWO).status()).isEqualTo(JumpItemStatus.OFFLINE);
    Refused.with(
        ErrorCode.JUMP_ITEM_OFFLINE,
        () -> following.as("maya").sessions().start(TWO, ask -> ask.reason("INC-9")));
    follow();
    assertThat(detail(ONE).status()).as("its session goes on").isEqualTo(JumpItemStatus.OFFLINE);
    Refused.with(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> detail(TWO));
    session.end();
    follow();
    Refused.with(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> detail(ONE));
  }

  @Test
  void anItemThatComesBack_canBeStartedAgain() {
    followed();
    InventoryItem one = inventory.items.remove(0);
    follow();
    assertThat(detail(ONE).status()).isEqualTo(JumpItemStatus.OFFLINE);
    inventory.items.add(one);
    follow();
    assertThat(detail(ONE).status()).isEqualTo(JumpItemStatus.UNKNOWN);
    assertThat(detail(ONE).source().orElseThrow().gone()).isFalse();
  }

  @Test
  @Rule({"CAT-10", "ECM-7"})
  void anInventoryThatFails_keepsTheLastGoodItems_markedStale_andIsWrittenDownOnce() {
    followed();
    inventory.meanwhile =
        () -> {
          throw ProviderException.withoutEffect(
              Failure.UNAVAILABLE, "the CMDB is down", "HTTP 503 at /items", null);
        };
    try (Logged logged = Logged.by(InventorySync.class, Level.DEBUG)) {
      follow();
      follow();
      assertThat(logged.lines("HTTP 503 at /items")).isNotEmpty();
    }
    assertThat(detail(ONE).status()).isEqualTo(JumpItemStatus.UNKNOWN);
    assertThat(detail(ONE).source().orElseThrow().stale()).isTrue();
    assertThat(audited("inventory.failed"))
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.why()).contains("the CMDB is down").doesNotContain("HTTP 503"));
    inventory.meanwhile =
        () -> {
          throw new IllegalStateException("canary");
        };
    follow();
    assertThat(audited("inventory.failed"))
        .hasSize(2)
        .noneMatch(entry -> entry.why().contains("canary"));
    inventory.meanwhile = () -> {};
    follow();
    assertThat(detail(ONE).source().orElseThrow().stale()).isFalse();
    assertThat(audited("inventory.synced")).hasSize(2);
  }

  /** One page of two is no answer. */
  @Test
  void anAnswerThatBreaksOff_makesNothingVanish() {
    followed();
    int[] calls = {0};
    inventory.meanwhile =
        () -> {
          if (++calls[0] == 2) {
            throw new IllegalStateException("broken off");
          }
        };
    follow();
    assertThat(detail(TWO).status()).isEqualTo(JumpItemStatus.UNKNOWN);
  }

  @Test
  @Rule("CAT-10")
  void itsItems_cannotBeEditedOrRemovedByHand_andTheWayOutIsNamed() {
    followed();
    JumpItem item = detail(ONE).item();
    assertThat(
            Refused.with(
                ErrorCode.ILLEGAL_CHANGE,
                () -> catalog().save(item.toBuilder().name("mine").build())))
        .hasMessageContaining("inventory 'cmdb' (key '1')")
        .hasMessageContaining("change it there");
    Refused.with(ErrorCode.ILLEGAL_CHANGE, () -> catalog().remove(ONE));
    catalog().pinHostKey(ONE, HostKey.of("ssh-ed25519", new byte[] {1}));
    assertThat(catalog().hostKeys(ONE)).hasSize(1);
    following.close();
    following = test.open(builder -> builder);
    Refused.with(ErrorCode.ILLEGAL_CHANGE, () -> catalog().remove(ONE));
    test.clock().advance(Duration.ofDays(2));
    catalog().remove(ONE);
    Refused.with(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> detail(ONE));
  }

  @Test
  @Rule("CAT-10")
  void itemsWithFaults_areReportedAndSkipped_theOthersAreNot() {
    followed(
        item -> {
          JumpItem so = item.build();
          if (so.name().equals("Refused")) {
            throw new IllegalStateException("not this one");
          }
          return PLACING.apply(item);
        });
    inventory.items.add(item("3", "Refused", "three.example"));
    inventory.items.add(
        new InventoryItem("4", "Four", "Not A Method", "four.example", 22, "", Map.of("A", "b")));
    inventory.items.add(item("1", "Twice", "twice.example"));
    inventory.items.add(item("5", "Five", "five.example"));
    follow();
    follow();
    assertThat(found("five")).containsExactly("Five");
    assertThat(found("twice")).isEmpty();
    AuditEntry entry =
        audited("inventory.items-refused").stream().reduce((one, two) -> two).orElseThrow();
    assertThat(audited("inventory.items-refused")).hasSize(1);
    assertThat(entry.details()).containsEntry("items", "3");
    assertThat(entry.why())
        .contains("'3': the host could not place it")
        .contains("'4': method 'Not A Method'")
        .contains("attribute 'A'")
        .contains("'1': it is there twice");
  }

  @Test
  void anItemOfPeoplesOwn_withTheSameId_isLeftAlone() {
    open(PLACING);
    Scene scene = Scene.open(test);
    scene.catalog().save(scene.item("cmdb:1", item -> item.name("By hand")));
    inventory.items.add(item("1", "Accounts", "accounts.example"));
    follow();
    assertThat(detail(ONE).item().name()).isEqualTo("By hand");
    assertThat(audited("inventory.items-refused")).hasSize(1);
  }

  @Test
  @Rule({"CAT-10", "ECM-6"})
  void aCredentialManager_suppliesItems_withinTheTimeOfItsCalls() {
    SupplyingStore store = new SupplyingStore(inventory);
    inventory.items.add(item("1", "Accounts", "accounts.example"));
    following =
        test.open(
            builder ->
                builder
                    .credentialManager("store", store, Settings.none())
                    .inventoryOf("store", EVERY, PLACING));
    Scene.open(test);
    Awaiting.until("it was asked at the start", () -> !store.deadlines.isEmpty());
    Instant longest = test.clock().instant().plus(CredentialLimits.standard().perCall());
    assertThat(store.deadlines).allMatch(deadline -> !deadline.isAfter(longest));
    Awaiting.until(
        "its item is there",
        () -> {
          follow();
          return !found("accounts").isEmpty();
        });
    assertThat(detail(JumpItemId.of("store:1")).item().host()).isEqualTo("accounts.example");
  }

  @Test
  @Rule({"CAT-10", "ECM-5"})
  void aCredentialManager_thatSuppliesItems_isListedWithThatCapability_andTheOthersAreNot() {
    following =
        test.open(
            builder ->
                builder.credentialManager("store", new SupplyingStore(inventory), Settings.none()));
    assertThat(following.as("adam").credentials().managers())
        .extracting(
            ManagerHealth::manager,
            manager -> manager.capabilities().contains(ManagerHealth.Capability.INVENTORY))
        .containsExactlyInAnyOrder(tuple("site", false), tuple("store", true));
  }

  @Test
  void building_withInventoriesThatCannotBe_namesAllOfThem() {
    assertThat(
            Refused.with(
                    ErrorCode.SETTINGS_INVALID,
                    () ->
                        test.open(
                            builder ->
                                builder
                                    .inventory("cmdb", inventory, PLACING)
                                    .inventory("cmdb", inventory, PLACING)
                                    .inventory("x".repeat(41), inventory, PLACING)
                                    .inventory("fast", inventory, Duration.ZERO, PLACING)
                                    .inventoryOf("nobody", EVERY, PLACING)
                                    .inventoryOf("site", EVERY, PLACING)))
                .faults())
        .hasSize(5)
        .anyMatch(fault -> fault.contains("'nobody'"))
        .anyMatch(fault -> fault.contains("supplies no jump items"));
  }
}
