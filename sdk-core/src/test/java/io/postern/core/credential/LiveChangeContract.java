package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.ADA;
import static io.postern.core.credential.LendingRoom.MAYA;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.Refused;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.Lending.Borrowed;
import io.postern.core.credential.Nodes.Node;
import io.postern.core.store.Database;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CredentialLimits;
import io.postern.credential.ManagerHealth;
import io.postern.credential.Secret;
import io.postern.session.SessionId;
import io.postern.spi.Settings;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Managers of several members on one engine: how they are listed, and changed while they run. */
@Timeout(120)
abstract class LiveChangeContract {
  @RegisterExtension final StoreUnderTest store;
  private final Nodes nodes = new Nodes();
  private final List<LendingRoom> rooms = new ArrayList<>();
  private final Secret first = secret("first");

  LiveChangeContract(StoreUnderTest store) {
    this.store = store;
  }

  @AfterEach
  void close() {
    nodes.free();
    rooms.forEach(LendingRoom::close);
  }

  private static Secret secret(String text) {
    return Secret.takeFrom(text.toCharArray());
  }

  private LendingRoom room(Database database, CredentialLimits limits, Settings... members) {
    LendingRoom made =
        LendingRoom.with(
            database, store.clock(), limits, ManagerConfiguration.byHand("site", nodes, members));
    rooms.add(made);
    return made;
  }

  private LendingRoom room(CredentialLimits limits) {
    return room(store.database(), limits, Nodes.node("a", first), Nodes.node("b", first));
  }

  private LendingRoom room() {
    return room(CredentialLimits.standard());
  }

  private static ManagerHealth reconfigure(LendingRoom room, Settings... members) {
    return room.credentials(ADA).reconfigure("site", List.of(members));
  }

  private static String find(LendingRoom room) {
    return site(room).calls().read("find", Node.class, (node, until) -> node.act("find")).await();
  }

  private static NamedProvider site(LendingRoom room) {
    return room.managers.find("site").orElseThrow();
  }

  @Nested
  class Listing {
    @Test
    @Rule("ECM-8")
    void managers_areListedWithPlugInCapabilitiesAndMembersInOrder() {
      LendingRoom room = room(store.database(), CredentialLimits.standard(), node("a"), node("hb"));
      store.clock().advance(Duration.ofMinutes(5));
      nodes.says("a", Health.down("sealed"));
      Refused.with(ErrorCode.NOT_PERMITTED, () -> room.credentials(MAYA).managers());
      ManagerHealth listed = room.credentials(ADA).managers().get(0);
      assertThat(listed.manager()).isEqualTo("site");
      assertThat(listed.provider()).isEqualTo("nodes");
      assertThat(listed.version()).isEqualTo("3.1");
      assertThat(listed.usable()).isTrue();
      assertThat(listed.capabilities()).containsExactly(ManagerHealth.Capability.HEAR_OF_SESSIONS);
      assertThat(listed.members())
          .containsExactly(
              new ManagerHealth.Member(
                  "site#2",
                  true,
                  Optional.of(store.clock().instant().minus(Duration.ofMinutes(5))),
                  "hb"),
              new ManagerHealth.Member("site#1", false, Optional.empty(), "sealed"));
      nodes.heals("a");
      assertThat(room.credentials(ADA).managers().get(0).members().get(1))
          .isEqualTo(
              new ManagerHealth.Member("site#1", true, Optional.of(store.clock().instant()), "a"));
    }

    private Settings node(String name) {
      return Nodes.node(name);
    }
  }

  @Nested
  class TakingOver {
    @Test
    @Rule("ECM-4")
    void reconfigure_hasTheNewMembersTakeOver_closesTheOld_andIsAuditedWithoutSecrets() {
      LendingRoom room = room();
      assertThat(find(room)).isEqualTo("a");
      Secret next = secret("next-token");
      ManagerHealth health = reconfigure(room, Nodes.node("c", next));
      assertThat(health.members()).extracting(ManagerHealth.Member::detail).containsExactly("c");
      assertThat(find(room)).isEqualTo("c");
      Awaiting.until("the old ones are closed", () -> nodes.closed.size() == 2 && first.isClosed());
      assertThat(nodes.closed).containsExactlyInAnyOrder("a", "b");
      assertThat(next.isClosed()).isFalse();
      assertThat(room.audit())
          .filteredOn(entry -> entry.startsWith("credential-manager.reconfigured"))
          .singleElement()
          .satisfies(entry -> assertThat(entry).contains("node token").doesNotContain("next-"));
    }

    /** On member a, which answers once it is freed. */
    private String hangingCall(LendingRoom room) {
      nodes.hangs("a");
      return site(room)
          .calls()
          .once("resolve", Node.class, (n, until) -> n.act("resolve"), l -> {}, () -> {})
          .await();
    }

    @Test
    @Rule("ECM-4")
    void callsUnderWay_finishOnTheOldMembers_whichAreClosedThen() throws Exception {
      LendingRoom room = room();
      ExecutorService threads = Executors.newSingleThreadExecutor();
      Future<String> old = threads.submit(() -> hangingCall(room));
      Awaiting.until("under way", () -> nodes.count("a resolve") == 1);
      reconfigure(room, Nodes.node("c"));
      assertThat(find(room)).isEqualTo("c");
      assertThat(nodes.closed).isEmpty();
      assertThat(first.isClosed()).isFalse();
      nodes.free();
      assertThat(old.get(30, TimeUnit.SECONDS)).isEqualTo("a");
      Awaiting.until("closed", () -> nodes.closed.size() == 2 && first.isClosed());
      threads.shutdown();
    }

    @Test
    @Rule({"ECM-4", "ECM-6"})
    void oldMembers_whoseCallsNeverEnd_areClosedInTimeAllTheSame() {
      LendingRoom room = room(CredentialLimits.standard().perCall(Duration.ofMillis(800)));
      nodes.hangsDeaf("a");
      Refused.with(
          ErrorCode.CREDENTIAL_TIMED_OUT,
          () ->
              site(room)
                  .calls()
                  .once("resolve", Node.class, (n, until) -> n.act("resolve"), l -> {}, () -> {})
                  .await());
      reconfigure(room, Nodes.node("c"));
      Awaiting.until("closed", () -> nodes.closed.size() == 2 && first.isClosed());
      assertThat(find(room)).isEqualTo("c");
    }

    @Test
    @Rule("ECM-4")
    void aSecret_thatOldAndNewSettingsShare_staysOpen() {
      LendingRoom room = room();
      reconfigure(room, Nodes.node("c", first));
      Awaiting.until("closed", () -> nodes.closed.size() == 2);
      Refused.with(ErrorCode.SETTINGS_INVALID, () -> reconfigure(room, Nodes.node("bad", first)));
      assertThat(first.isClosed()).isFalse();
      room.close();
      assertThat(first.isClosed()).isTrue();
    }

    @Test
    @Rule("ECM-4")
    void aSecret_ofMembersThatFinishTheirCalls_isNotClosedByOthersThatSharedIt() throws Exception {
      LendingRoom room = room();
      ExecutorService threads = Executors.newSingleThreadExecutor();
      Future<String> old = threads.submit(() -> hangingCall(room));
      Awaiting.until("under way", () -> nodes.count("a resolve") == 1);
      reconfigure(room, Nodes.node("c", first));
      reconfigure(room, Nodes.node("d"));
      Awaiting.until("the one in between is out", () -> site(room).leaving() == 1);
      room.credentials(ADA).test("site", List.of(Nodes.node("e", first)));
      assertThat(nodes.closed).containsExactlyInAnyOrder("c", "e");
      assertThat(first.isClosed()).isFalse();
      nodes.free();
      assertThat(old.get(30, TimeUnit.SECONDS)).isEqualTo("a");
      Awaiting.until("closed", first::isClosed);
      threads.shutdown();
    }

    @Test
    @Rule({"ECM-4", "ECM-8", "ECM-11"})
    void underLoad_nothingIsLostOrDoubled_andAllButTheLastAreClosed() throws Exception {
      nodes.ledger.has("db", Precedence.ITEM);
      LendingRoom room = room();
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<Integer>> working = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String session = "s" + i;
        Callable<Integer> work =
            () -> {
              for (int round = 0; round < 15; round++) {
                assertThat(
                        room.lending
                            .candidates(MAYA, Connectors.endpoint(LendingRoom.ITEM), "", true)
                            .silent())
                    .isEmpty();
                Borrowed borrowed = room.lending.borrow(room.loan(MAYA, session, "site", "db"));
                borrowed.credential().close();
                room.end(session);
              }
              return 15;
            };
        working.add(threads.submit(work));
      }
      int changes = 0;
      while (changes < 5 || !working.stream().allMatch(Future::isDone)) {
        changes++;
        reconfigure(room, Nodes.node("n" + changes), Nodes.node("m" + changes));
      }
      for (Future<Integer> each : working) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(15);
      }
      threads.shutdown();
      assertThat(nodes.ledger.count("resolve db")).isEqualTo(60);
      assertThat(nodes.ledger.count("release db")).isEqualTo(60);
      assertThat(nodes.ledger.lent).isEmpty();
      int closed = 2 * changes;
      Awaiting.until("all but the last are closed", () -> nodes.closed.size() == closed);
    }
  }

  @Nested
  class Refusing {
    private final Secret next = secret("next");

    private void nothingChanged(LendingRoom room) {
      assertThat(find(room)).isEqualTo("a");
      assertThat(first.isClosed()).isFalse();
      assertThat(next.isClosed()).isTrue();
      assertThat(nodes.closed).doesNotContain("a", "b");
    }

    @Test
    @Rule({"ECM-3", "ECM-4", "ECM-8"})
    void faultsOfAllMembers_areSaidAtOnce_andNothingChanges() {
      LendingRoom room = room();
      PosternException refused =
          Refused.with(
              ErrorCode.SETTINGS_INVALID,
              () ->
                  reconfigure(
                      room,
                      Nodes.node("bad", next),
                      Settings.with("nod", "c"),
                      Nodes.node("d"),
                      Nodes.node("e")));
      assertThat(refused.faults())
          .hasSize(4)
          .anyMatch(fault -> fault.contains("4 members") && fault.contains("1 to 3"))
          .anyMatch(fault -> fault.contains("'site#1'") && fault.contains("node is bad"))
          .anyMatch(fault -> fault.contains("'site#2'") && fault.contains("did you mean 'node'?"))
          .anyMatch(fault -> fault.contains("'site#2'") && fault.contains("'node' is missing"));
      nothingChanged(room);
      assertThat(room.audit())
          .filteredOn(entry -> entry.startsWith("credential-manager.reconfigured"))
          .singleElement()
          .satisfies(entry -> assertThat(entry).contains("SETTINGS_INVALID"));
    }

    @Test
    @Rule("ECM-8")
    void membersOfOneManager_areAsManyAsItsLimitSays() {
      LendingRoom room = room(CredentialLimits.standard().members(5));
      List<Settings> members = new ArrayList<>();
      for (String name : List.of("c", "d", "e", "f", "g")) {
        members.add(Nodes.node(name));
      }
      ManagerHealth taken = reconfigure(room, members.toArray(Settings[]::new));
      assertThat(taken.members()).hasSize(5);
      members.add(Nodes.node("h", next));
      PosternException refused =
          Refused.with(
              ErrorCode.SETTINGS_INVALID,
              () -> reconfigure(room, members.toArray(Settings[]::new)));
      assertThat(refused.faults())
          .anyMatch(fault -> fault.contains("6 members") && fault.contains("1 to 5"));
      assertThat(room.credentials(ADA).managers().get(0).members()).hasSize(5);
    }

    @Test
    @Rule("ECM-4")
    void aMemberThatDoesNotAnswer_isSaidWithWhatItSays_andTheNewOnesAreClosed() {
      LendingRoom room = room(CredentialLimits.standard().perCall(Duration.ofMillis(900)));
      nodes.says("d", Health.down("sealed"));
      PosternException refused =
          Refused.with(
              ErrorCode.CREDENTIAL_UNAVAILABLE,
              () -> reconfigure(room, Nodes.node("c", next), Nodes.node("d", next)));
      assertThat(refused.faults()).containsExactly("member 'site#2': sealed");
      assertThat(nodes.closed).containsExactlyInAnyOrder("c", "d");
      nothingChanged(room);
      nodes.fails("d", Failure.DENIED, true);
      Refused.with(ErrorCode.CREDENTIAL_DENIED, () -> reconfigure(room, Nodes.node("d")));
      nodes.hangs("d");
      Refused.with(ErrorCode.CREDENTIAL_TIMED_OUT, () -> reconfigure(room, Nodes.node("d")));
      nothingChanged(room);
    }

    @Test
    @Rule("ECM-4")
    void anInstanceThatCannotBeMade_changesNothing() {
      LendingRoom room = room();
      nodes.does(
          "d making",
          () -> {
            throw new IllegalStateException("no");
          });
      Refused.with(
          ErrorCode.PLUGIN_FAILED,
          () -> reconfigure(room, Nodes.node("c", next), Nodes.node("d", next)));
      assertThat(nodes.closed).containsExactly("c");
      nothingChanged(room);
    }

    @Test
    @Rule("ECM-4")
    void whoeverMayNot_andAnUnknownName_changeNothing() {
      LendingRoom room = room();
      Refused.with(
          ErrorCode.NOT_PERMITTED,
          () -> room.credentials(MAYA).reconfigure("site", List.of(Nodes.node("c", next))));
      nothingChanged(room);
      PosternException refused =
          Refused.with(
              ErrorCode.SETTINGS_INVALID,
              () -> room.credentials(ADA).reconfigure("sit", List.of(Nodes.node("c"))));
      assertThat(refused).hasMessageContaining("configured are site");
      Refused.with(
          ErrorCode.SETTINGS_INVALID, () -> room.credentials(ADA).reconfigure("site", List.of()));
    }

    @Test
    @Rule("ECM-4")
    void test_goesTheSameWay_andTakesNothingOver() {
      LendingRoom room = room();
      ManagerHealth health =
          room.credentials(ADA).test("site", List.of(Nodes.node("c", next), Nodes.node("d")));
      assertThat(health.members())
          .extracting(ManagerHealth.Member::name, ManagerHealth.Member::usable)
          .containsExactly(
              org.assertj.core.api.Assertions.tuple("site#1", true),
              org.assertj.core.api.Assertions.tuple("site#2", true));
      assertThat(nodes.closed).containsExactlyInAnyOrder("c", "d");
      nothingChanged(room);
      nodes.says("c", Health.down("sealed"));
      Refused.with(
          ErrorCode.CREDENTIAL_UNAVAILABLE,
          () -> room.credentials(ADA).test("site", List.of(Nodes.node("c"))));
      assertThat(room.audited("credential-manager.tested")).isEqualTo(2);
      Refused.with(
          ErrorCode.NOT_PERMITTED,
          () -> room.credentials(MAYA).test("site", List.of(Nodes.node("c"))));
    }

    @Test
    @Rule("ECM-4")
    void whatCannotBeWrittenDown_doesNotHappen() {
      DyingDatabase dying = new DyingDatabase(store.database(), 0);
      LendingRoom room =
          room(dying, CredentialLimits.standard(), Nodes.node("a", first), Nodes.node("b"));
      Refused.with(ErrorCode.STORE_UNAVAILABLE, () -> reconfigure(room, Nodes.node("c", next)));
      nothingChanged(room);
      assertThat(nodes.closed).containsExactly("c");
    }
  }

  @Nested
  class Races {
    @Test
    @Rule("ECM-4")
    void ofTwoAtOnce_theSecondIsRefused_andTheFirstTakesOver() throws Exception {
      LendingRoom room = room();
      nodes.hangs("c making");
      Secret shared = secret("shared");
      ExecutorService threads = Executors.newSingleThreadExecutor();
      nodes.does("c making", () -> hang(shared));
      Future<ManagerHealth> one = threads.submit(() -> reconfigure(room, Nodes.node("c", shared)));
      Awaiting.until("it is being made", () -> hanging);
      Refused.with(ErrorCode.ILLEGAL_CHANGE, () -> reconfigure(room, Nodes.node("d", shared)));
      Refused.with(
          ErrorCode.ILLEGAL_CHANGE,
          () -> room.credentials(ADA).test("site", List.of(Nodes.node("d"))));
      goOn = true;
      assertThat(one.get(30, TimeUnit.SECONDS).usable()).isTrue();
      assertThat(find(room)).isEqualTo("c");
      assertThat(shared.isClosed()).isFalse();
      threads.shutdown();
    }

    private volatile boolean hanging;
    private volatile boolean goOn;

    private void hang(Secret with) {
      assertThat(with.isClosed()).isFalse();
      hanging = true;
      Awaiting.until("it may go on", () -> goOn);
      assertThat(with.isClosed()).isFalse();
    }

    @Test
    @Rule("ECM-4")
    void closingMeanwhile_closesTheNewOnesToo() throws Exception {
      LendingRoom room = room();
      Secret next = secret("next");
      nodes.does("c", () -> hang(next));
      ExecutorService threads = Executors.newSingleThreadExecutor();
      Future<PosternException> one =
          threads.submit(
              () -> Refused.with(ErrorCode.CLOSED, () -> reconfigure(room, Nodes.node("c", next))));
      Awaiting.until("it is asked how it does", () -> hanging);
      room.close();
      goOn = true;
      one.get(30, TimeUnit.SECONDS);
      assertThat(nodes.closed).containsExactlyInAnyOrder("a", "b", "c");
      assertThat(next.isClosed()).isTrue();
      assertThat(first.isClosed()).isTrue();
      Refused.with(ErrorCode.CLOSED, () -> find(room));
      threads.shutdown();
    }
  }

  @Nested
  class Hearing {
    private LendingRoom hearing() {
      nodes.ledger.has("db", Precedence.ITEM).has("root", Precedence.ITEM);
      return room(store.database(), CredentialLimits.standard(), Nodes.node("h"));
    }

    private List<String> told() {
      return nodes.asked.stream()
          .filter(asked -> asked.contains(" started ") || asked.contains(" ended "))
          .toList();
    }

    @Test
    @Rule("ECM-5")
    void aPlugIn_thatWantsTo_hearsOnceOfASessionThatLoggedOn_andOfItsEnd() {
      LendingRoom room = hearing();
      for (String key : List.of("db", "db", "root")) {
        room.lending.loggedOn(room.loan(MAYA, "s1", "site", key));
      }
      room.lending.borrow(room.loan(MAYA, "s2", "site", "db")).credential().close();
      room.end("s2");
      room.end("s1");
      room.end("s1");
      Awaiting.until("told", () -> told().size() == 4);
      room.close();
      assertThat(told())
          .containsExactly(
              "h started db s1", "h started root s1", "h ended db s1", "h ended root s1");
    }

    @Test
    @Rule({"ECM-5", "ECM-6"})
    void aPlugIn_thatHangsOrThrowsThen_isWaitedForByNobody() {
      LendingRoom room = hearing();
      nodes.hangsDeaf("h");
      for (int i = 0; i < 2_000; i++) {
        room.lending.loggedOn(room.loan(MAYA, "s" + i, "site", "db"));
      }
      room.lending.settle(SessionId.of("s1"));
      nodes.does(
          "h",
          () -> {
            throw new IllegalStateException("no");
          });
      nodes.free();
      Awaiting.until("the queue is worked off", () -> told().size() > 500);
    }
  }
}
