package io.postern.core.jump;

import static io.postern.core.jump.JumpWorld.ADMIN;
import static io.postern.core.jump.JumpWorld.KEY;
import static io.postern.core.jump.JumpWorld.OTHER_KEY;
import static io.postern.core.jump.JumpWorld.OTHER_TYPE;
import static io.postern.core.jump.JumpWorld.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.store.StoreUnderTest;
import io.postern.jump.HostKey;
import io.postern.jump.HostKeyTrust;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPermission;
import io.postern.person.Person;
import io.postern.spi.connector.Connector.HostKeys;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whom a connection trusts, on both engines. */
abstract class HostKeysContract {
  @RegisterExtension final StoreUnderTest store;
  private JumpWorld world;
  private Person maya;
  private JumpItemId id;

  HostKeysContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void make() {
    world = new JumpWorld(store);
    maya = world.person("maya");
    id = world.item("orders", world.group("g", maya.id(), JumpPermission.START)).id();
  }

  private JumpItem item() {
    return world.catalog().item(id).orElseThrow();
  }

  private HostKeys judge() {
    return world.items().judgeOf(item(), maya.id());
  }

  private List<HostKey> enrolled() {
    return world.database().read(tx -> world.items().hostKeys(tx, id));
  }

  private void trustOnFirstUse() {
    world.save(item().toBuilder().hostKeyTrust(HostKeyTrust.TRUST_ON_FIRST_USE));
  }

  @Test
  @Rule("INJ-5")
  void unknownKey_isRefusedAndAudited() {
    PosternException no = refused(ErrorCode.HOST_KEY_UNKNOWN, () -> judge().verify(KEY));
    assertThat(no).hasMessageContaining(KEY.fingerprint());
    assertThat(world.lastAudit().action()).isEqualTo("host-key.refused");
    assertThat(world.lastAudit().actor()).isEqualTo("maya");
    assertThat(world.lastAudit().details())
        .contains(KEY.fingerprint())
        .contains("HOST_KEY_UNKNOWN");
    assertThat(enrolled()).isEmpty();
  }

  @Test
  @Rule("INJ-5")
  void enrolledKey_isTrusted_howeverItIsSpelt() {
    world.catalog().pinHostKey(id, new HostKey("ssh-ed25519", "AQIDBA"));
    judge().verify(new HostKey("ssh-ed25519", "AQIDBA=="));
    judge().verify(new HostKey("ssh-ed25519", "AQIDBA"));
    assertThat(judge().enrolled()).containsExactly(new HostKey("ssh-ed25519", "AQIDBA=="));
  }

  @Test
  @Rule("INJ-5")
  void changedKey_isRefusedAlways_withBothFingerprints() {
    world.catalog().pinHostKey(id, KEY);
    for (HostKeyTrust trust : HostKeyTrust.values()) {
      world.save(item().toBuilder().hostKeyTrust(trust));
      for (HostKey shown : List.of(OTHER_KEY, OTHER_TYPE)) {
        PosternException no = refused(ErrorCode.HOST_KEY_CHANGED, () -> judge().verify(shown));
        assertThat(no)
            .hasMessageContaining(KEY.fingerprint())
            .hasMessageContaining(shown.fingerprint());
        assertThat(world.lastAudit().details())
            .contains(KEY.fingerprint())
            .contains(shown.fingerprint());
      }
    }
    assertThat(enrolled()).containsExactly(KEY);
  }

  @Test
  @Rule("INJ-5")
  void firstKey_whereTheItemTrustsIt_isEnrolledAudited_andTheOnlyOneThen() {
    trustOnFirstUse();
    judge().verify(KEY);
    assertThat(world.lastAudit().action()).isEqualTo("host-key.trusted-on-first-use");
    assertThat(world.lastAudit().details()).contains(KEY.fingerprint());
    assertThat(enrolled()).containsExactly(KEY);
    judge().verify(KEY);
    refused(ErrorCode.HOST_KEY_CHANGED, () -> judge().verify(OTHER_KEY));
    refused(ErrorCode.HOST_KEY_CHANGED, () -> judge().verify(OTHER_TYPE));
  }

  @Test
  @Rule("INJ-5")
  void twoFirstKeysAtOnce_enrolOne() throws Exception {
    trustOnFirstUse();
    JumpItem item = item();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 60; round++) {
        world.catalog().forgetHostKeys(id);
        CyclicBarrier start = new CyclicBarrier(2);
        Future<Boolean> one = threads.submit(() -> trusts(item, KEY, start));
        Future<Boolean> other = threads.submit(() -> trusts(item, OTHER_TYPE, start));
        assertThat(enrolledAfter(one, other)).hasSize(1);
        assertThat(one.get()).isEqualTo(enrolled().contains(KEY)).isNotEqualTo(other.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private List<HostKey> enrolledAfter(Future<?> one, Future<?> other) throws Exception {
    one.get();
    other.get();
    return enrolled();
  }

  private boolean trusts(JumpItem item, HostKey shown, CyclicBarrier start) throws Exception {
    HostKeys keys = world.items().judgeOf(item, maya.id());
    start.await();
    try {
      keys.verify(shown);
      return true;
    } catch (PosternException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.HOST_KEY_CHANGED);
      return false;
    }
  }

  @Test
  void firstKey_afterTheItemWasPointedElsewhere_isRefused() {
    trustOnFirstUse();
    HostKeys before = judge();
    world.save(item().toBuilder().at("elsewhere", 22));
    refused(ErrorCode.HOST_KEY_UNKNOWN, () -> before.verify(KEY));
    assertThat(enrolled()).isEmpty();
  }

  @Test
  void firstKey_afterTrustWasWithdrawn_isRefused() {
    trustOnFirstUse();
    HostKeys before = judge();
    world.save(item().toBuilder().hostKeyTrust(HostKeyTrust.ENROLLED_ONLY));
    refused(ErrorCode.HOST_KEY_UNKNOWN, () -> before.verify(KEY));
  }

  @Test
  @Rule("INJ-5")
  void enrol_takesWhatTheEndpointShows_withinFifteenSeconds() {
    assertThat(world.catalog().enrolHostKey(id)).isEqualTo(KEY);
    assertThat(world.asked)
        .singleElement()
        .satisfies(
            asked -> {
              assertThat(asked.endpoint().host()).isEqualTo("orders.example");
              assertThat(asked.call().person().id()).isEqualTo(ADMIN);
              assertThat(asked.call().item()).contains(id);
              assertThat(asked.call().deadline())
                  .isEqualTo(store.clock().instant().plus(Duration.ofSeconds(15)));
            });
    assertThat(world.lastAudit().action()).isEqualTo("host-key.enrolled");
    judge().verify(KEY);
    int entries = world.audit("").size();
    world.catalog().enrolHostKey(id);
    assertThat(world.audit("")).hasSize(entries);
  }

  @Test
  @Rule("INJ-5")
  void enrol_whereTheProtocolKnowsNoHostKeys_isRefused() {
    world.showsKeys = false;
    refused(ErrorCode.CAPABILITY_MISSING, () -> world.catalog().enrolHostKey(id));
    assertThat(world.asked).isEmpty();
  }

  @Test
  @Rule("INJ-5")
  void enrol_whenAnotherKeyOfTheTypeIsEnrolled_isRefusedAndAudited() {
    world.catalog().enrolHostKey(id);
    world.endpoint = () -> OTHER_KEY;
    assertThat(refused(ErrorCode.HOST_KEY_CHANGED, () -> world.catalog().enrolHostKey(id)))
        .hasMessageContaining(KEY.fingerprint())
        .hasMessageContaining(OTHER_KEY.fingerprint());
    assertThat(world.lastAudit().action()).isEqualTo("catalog.refused");
    assertThat(enrolled()).containsExactly(KEY);
    world.endpoint = () -> OTHER_TYPE;
    world.catalog().enrolHostKey(id);
    assertThat(enrolled()).containsExactlyInAnyOrder(KEY, OTHER_TYPE);
  }

  @Test
  void enrol_whenTheEndpointFailsOrTheItemMoves_enrolsNothing() {
    PosternException down = new PosternException(ErrorCode.ENDPOINT_REFUSED, "closed port");
    world.endpoint =
        () -> {
          throw down;
        };
    assertThatThrownBy(() -> world.catalog().enrolHostKey(id)).isSameAs(down);
    world.endpoint = () -> null;
    refused(ErrorCode.PLUGIN_FAILED, () -> world.catalog().enrolHostKey(id));
    world.endpoint =
        () -> {
          world.save(item().toBuilder().at("elsewhere", 22));
          return KEY;
        };
    refused(ErrorCode.ILLEGAL_CHANGE, () -> world.catalog().enrolHostKey(id));
    assertThat(enrolled()).isEmpty();
  }

  @Test
  void pin_replacesTheKeyOfTheSameType_audited() {
    world.catalog().pinHostKey(id, KEY);
    world.catalog().pinHostKey(id, OTHER_TYPE);
    world.catalog().pinHostKey(id, OTHER_KEY);
    assertThat(enrolled()).containsExactlyInAnyOrder(OTHER_KEY, OTHER_TYPE);
    assertThat(world.lastAudit().action()).isEqualTo("host-key.pinned");
    assertThat(world.lastAudit().details())
        .contains(KEY.fingerprint())
        .contains(OTHER_KEY.fingerprint());
  }

  @Test
  void forget_removesAllKeys_audited() {
    world.catalog().pinHostKey(id, KEY);
    world.catalog().forgetHostKeys(id);
    assertThat(enrolled()).isEmpty();
    assertThat(world.lastAudit().action()).isEqualTo("host-key.forgotten");
    assertThat(world.lastAudit().details()).contains(KEY.fingerprint());
  }

  @Test
  void anotherHostOrPort_makesKeysVoid_audited() {
    for (JumpItem.Builder moved :
        List.of(item().toBuilder().at("elsewhere", 22), item().toBuilder().at("elsewhere", 23))) {
      world.catalog().pinHostKey(id, KEY);
      world.save(item().toBuilder().tag("other " + moved.hashCode()));
      assertThat(enrolled()).containsExactly(KEY);
      world.save(moved);
      assertThat(enrolled()).isEmpty();
      assertThat(world.lastAudit().action()).isEqualTo("host-key.forgotten");
    }
  }

  @Test
  void hostKeys_areChangedByAdministratorsOnly() {
    refused(ErrorCode.NOT_PERMITTED, () -> world.catalog(maya.id()).enrolHostKey(id));
    assertThat(world.asked).isEmpty();
    refused(ErrorCode.NOT_PERMITTED, () -> world.catalog(maya.id()).pinHostKey(id, KEY));
    refused(ErrorCode.NOT_PERMITTED, () -> world.catalog(maya.id()).forgetHostKeys(id));
    assertThat(world.lastAudit().action()).isEqualTo("catalog.refused");
    assertThat(world.lastAudit().details()).contains("forget the host keys");
    JumpItemId none = JumpItemId.of("none");
    refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> world.catalog().enrolHostKey(none));
    refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> world.catalog().pinHostKey(none, KEY));
    refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> world.catalog().forgetHostKeys(none));
  }
}
