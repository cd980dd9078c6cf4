package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.ADA;
import static io.postern.core.credential.LendingRoom.ITEM;
import static io.postern.core.credential.LendingRoom.MAYA;
import static io.postern.core.credential.LendingRoom.OTTO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.postern.ErrorCode;
import io.postern.core.Refused;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.Candidate;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.CredentialLimits;
import io.postern.credential.HiddenCandidate;
import io.postern.credential.Lease;
import io.postern.credential.Secret;
import io.postern.credential.StaleAnswer;
import io.postern.jump.JumpItem;
import io.postern.person.Person;
import io.postern.spi.Settings;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people see of candidates that are remembered, and what uses them. */
@Timeout(60)
class RememberedCandidatesTest {
  private static final Duration FRESH = Duration.ofSeconds(30);

  @RegisterExtension final StoreUnderTest store = StoreUnderTest.sqlite();
  private final LedgerVault.Able vault = new LedgerVault.Able();
  private final LedgerVault plain = new LedgerVault();
  private LendingRoom room;

  @BeforeEach
  void open() {
    Map<String, LedgerVault> vaults = new LinkedHashMap<>();
    vaults.put("able", vault);
    vaults.put("plain", plain);
    room = LendingRoom.on(store.database(), store.clock(), CredentialLimits.standard(), vaults);
  }

  @AfterEach
  void close() {
    room.close();
  }

  private Candidates candidates(Person person, String search) {
    return room.credentials(person).candidates(ITEM.id(), search);
  }

  private List<String> keys(Candidates candidates) {
    return candidates.found().stream().map(found -> found.id().toString()).toList();
  }

  private long finds() {
    return vault.calls.stream().filter("find"::equals).count();
  }

  private static Runnable failing(Failure failure) {
    return () -> {
      throw ProviderException.withoutEffect(failure, "no answer", "log", null);
    };
  }

  private void borrow(String key) {
    room.lending.borrow(room.loan(MAYA, "s1", "able", key)).credential().close();
  }

  @Test
  @Rule("ECM-10")
  void candidates_askedForAgain_comeFromMemoryWithoutSecrets() {
    vault.has("root", Precedence.ITEM);
    assertThat(keys(candidates(MAYA, ""))).isEqualTo(keys(candidates(MAYA, "ROOT")));
    assertThat(finds()).isEqualTo(1);
    assertThat(vault.secrets).isEmpty();
  }

  @Test
  @Rule("LOG-1")
  void candidates_ofSomebodyElse_areAskedFor() {
    candidates(MAYA, "");
    candidates(OTTO, "");
    assertThat(vault.contexts)
        .extracting(call -> call.person().id())
        .containsExactly(MAYA.id(), OTTO.id());
  }

  @Test
  void candidates_areJudgedEachTime_whateverIsRemembered() {
    vault.has("root", Precedence.ITEM);
    candidates(MAYA, "");
    room.neighbours.visible = false;
    Refused.with(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> candidates(MAYA, ""));
  }

  @Test
  void candidates_ofAnItemThatChanged_areAskedFor() {
    candidates(MAYA, "");
    JumpItem moved = ITEM.toBuilder().tag("other").build();
    room.neighbours.items.put(ITEM.id(), moved);
    candidates(MAYA, "");
    assertThat(finds()).isEqualTo(2);
  }

  @Test
  @Rule({"ECM-10", "LOG-3"})
  void candidates_whenAManagerFails_areItsLastOnes_andSayThatAndSinceWhen() {
    vault.has("root", Precedence.ITEM);
    Instant answered = store.clock().instant();
    candidates(MAYA, "");
    store.clock().advance(FRESH);
    vault.always("find", failing(Failure.THROTTLED));
    Candidates stale = candidates(MAYA, "");
    assertThat(keys(stale)).containsExactly("able/root");
    assertThat(stale.silent()).isEmpty();
    assertThat(stale.stale())
        .extracting(StaleAnswer::manager, StaleAnswer::since, StaleAnswer::code)
        .containsExactly(tuple("able", answered, ErrorCode.CREDENTIAL_THROTTLED));
  }

  @Test
  @Rule({"LOG-5", "CAT-11"})
  void candidates_thatAreHidden_areNamedWithWhatComesBeforeThem() {
    vault.has("root", Precedence.ITEM);
    plain.has("anywhere", Precedence.SITE).has("maya", Precedence.PERSON);
    Candidates candidates = candidates(MAYA, "");
    assertThat(keys(candidates)).containsExactly("able/root");
    assertThat(candidates.hidden())
        .extracting(hidden -> hidden.candidate().id().toString(), hidden -> hidden.by().toString())
        .containsExactly(tuple("plain/maya", "able/root"), tuple("plain/anywhere", "able/root"));
    assertThat(candidates.hidden())
        .extracting(HiddenCandidate::why)
        .first()
        .asString()
        .contains("plain/maya", "PERSON", "ITEM");
  }

  @Test
  @Rule({"LOG-3", "LOG-5"})
  void search_forAHiddenOne_doesNotOfferIt() {
    vault.has("root", Precedence.ITEM);
    plain.has("anywhere", Precedence.SITE);
    Candidates candidates = candidates(MAYA, "anywhere");
    assertThat(candidates.found()).isEmpty();
    assertThat(candidates.hidden()).hasSize(1);
  }

  @Test
  @Rule("LOG-3")
  void search_inMoreThanIsRemembered_asksTheManager() {
    for (int i = 0; i < 1_001; i++) {
      vault.has("c" + i, Precedence.SITE);
    }
    vault.has("last", Precedence.SITE);
    assertThat(candidates(MAYA, "").found()).hasSize(1_000);
    assertThat(keys(candidates(MAYA, "last"))).containsExactly("able/last");
    borrow("last");
    vault.always("find", failing(Failure.UNAVAILABLE));
    Candidates silent = candidates(MAYA, "last");
    assertThat(silent.found()).isEmpty();
    assertThat(silent.silent()).hasSize(1);
  }

  @Test
  @Rule("INJ-4")
  void borrow_ofWhatWasOfferedAMomentAgo_asksForTheSecretOnly() {
    vault.has("root", Precedence.ITEM);
    candidates(MAYA, "");
    borrow("root");
    assertThat(vault.calls).containsExactly("find", "resolve", "after");
  }

  @Test
  @Rule("INJ-4")
  void borrow_ofWhatWasPutThereSince_findsIt() {
    vault.has("root", Precedence.ITEM);
    candidates(MAYA, "");
    vault.has("deploy", Precedence.ITEM);
    borrow("deploy");
    assertThat(finds()).isEqualTo(2);
  }

  @Test
  @Rule("INJ-4")
  void borrow_onAStaleAnswer_isRefusedWithWhatTheManagerFailedWith() {
    vault.has("root", Precedence.ITEM);
    candidates(MAYA, "");
    store.clock().advance(FRESH);
    vault.always("find", failing(Failure.UNAVAILABLE));
    assertThat(keys(candidates(MAYA, ""))).containsExactly("able/root");
    Refused.with(ErrorCode.CREDENTIAL_UNAVAILABLE, () -> borrow("root"));
    assertThat(vault.calls).doesNotContain("resolve");
  }

  @Test
  @Rule("ECM-10")
  void candidate_thatItsManagerHasNotAnyMore_isForgotten() {
    vault.has("root", Precedence.ITEM);
    candidates(MAYA, "");
    vault.credentials.clear();
    vault.once("resolve", failing(Failure.NOT_FOUND));
    Refused.with(ErrorCode.CREDENTIAL_NOT_FOUND, () -> borrow("root"));
    assertThat(candidates(MAYA, "").found()).isEmpty();
  }

  @Test
  @Rule("ECM-10")
  void candidates_afterARotationOrACheckIn_areAskedFor() {
    vault.hasExclusive("root");
    Lease lease =
        room.credentials(MAYA)
            .checkOut(ITEM.id(), new CandidateId("able", "root"), Duration.ofHours(1));
    candidates(MAYA, "");
    assertThat(finds()).isEqualTo(1);
    room.credentials(ADA).checkIn(lease.id());
    candidates(MAYA, "");
    assertThat(finds()).isEqualTo(2);
    room.lending.borrow(room.loan(MAYA, "s1", "able", "root", true)).credential().close();
    room.end("s1");
    assertThat(vault.count("rotate root")).isEqualTo(1);
    candidates(MAYA, "");
    assertThat(finds()).isEqualTo(3);
  }

  @Test
  @Rule({"ECM-4", "ECM-10"})
  void candidates_ofAManagerWithOtherSettings_areAskedFor() {
    vault.has("root", Precedence.ITEM);
    candidates(MAYA, "");
    room.credentials(ADA).reconfigure("able", List.of(Settings.none()));
    vault.always("find", failing(Failure.UNAVAILABLE));
    Candidates after = candidates(MAYA, "");
    assertThat(after.found()).isEmpty();
    assertThat(after.silent()).hasSize(1);
  }

  @Test
  @Rule("OUT-3")
  void holder_isNamedFromNow_whateverIsRemembered() {
    vault.hasExclusive("root");
    assertThat(candidates(MAYA, "").found())
        .extracting(Candidate::holder)
        .allMatch(h -> h.isEmpty());
    room.credentials(OTTO)
        .checkOut(ITEM.id(), new CandidateId("able", "root"), Duration.ofHours(1));
    assertThat(candidates(MAYA, "").found().get(0).holder()).contains("Otto (otto)");
    assertThat(finds()).isLessThanOrEqualTo(2);
    assertThat(vault.secrets).allMatch(Secret::isClosed);
  }
}
