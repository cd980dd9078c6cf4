package io.postern.core.jump;

import static io.postern.core.jump.JumpWorld.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.approval.RequestStatus;
import io.postern.core.store.StoreUnderTest;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemDetail;
import io.postern.jump.JumpItemDetail.RequestOnItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.Terms;
import io.postern.person.Person;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one is told of an item, on both engines. */
abstract class DetailContract {
  @RegisterExtension final StoreUnderTest store;
  private JumpWorld world;
  private Person maya;
  private JumpItemId id;

  DetailContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void make() {
    world = new JumpWorld(store);
    maya = world.person("maya", "dba");
    id = world.item("orders", world.group("g", maya.id(), JumpPermission.START)).id();
  }

  private List<String> requests(Person person) {
    return world.as(person).detail(id).requests().stream().map(r -> r.id().value()).toList();
  }

  private void request(
      String request,
      String requester,
      RequestStatus status,
      ApprovalTerms.Scope scope,
      Optional<Instant> start,
      Optional<Instant> usableUntil) {
    world
        .database()
        .change(
            tx ->
                tx.run(
                    "insert into access_request (id, item, requester, status, scope, self_approval,"
                        + " needed, reason, ticket, starts_at, duration, start_when_approved,"
                        + " language, policy, on_revocation, asked_at, decide_by, decided_at,"
                        + " comment, usable_until, version) values (?, ?, ?, ?, ?, 0, 1, '', '', ?,"
                        + " ?, 0, 'en', '{}', 'END', ?, ?, ?, ?, ?, 1)",
                    request,
                    id,
                    requester,
                    status,
                    scope,
                    start,
                    Duration.ofHours(2),
                    store.clock().instant(),
                    store.clock().instant(),
                    status == RequestStatus.PENDING
                        ? Optional.empty()
                        : Optional.of(store.clock().instant()),
                    "said of " + request,
                    usableUntil));
    store.clock().advance(Duration.ofMinutes(1));
  }

  private void request(String request, String requester, ApprovalTerms.Scope scope) {
    request(request, requester, RequestStatus.PENDING, scope, Optional.empty(), Optional.empty());
  }

  private void approver(String request, String kind, String approver) {
    world
        .database()
        .change(
            tx ->
                tx.run(
                    "insert into access_request_approver (request, kind, approver)"
                        + " values (?, ?, ?)",
                    request,
                    kind,
                    approver));
  }

  @Test
  @Rule("CAT-5")
  void detail_carriesTheItemItsStatusAndWhatOneMayDo() {
    JumpItem item =
        world.save(
            world.catalog().item(id).orElseThrow().toBuilder()
                .operatingSystem("Debian 13")
                .publicIp("203.0.113.1")
                .attribute("rack", "7"));
    world.catalog().report(id, JumpItemStatus.ONLINE);
    Instant online = store.clock().instant();
    store.clock().advance(Duration.ofHours(1));
    world.catalog().report(id, JumpItemStatus.ONLINE);
    JumpItemDetail detail = world.as(maya).detail(id);
    assertThat(detail.item()).usingRecursiveComparison().isEqualTo(item);
    assertThat(detail.status()).isEqualTo(JumpItemStatus.ONLINE);
    assertThat(detail.onlineSince()).contains(online);
    assertThat(detail.lastAccessed()).isEmpty();
    assertThat(detail.verdict()).isEqualTo(world.as(maya).explain(id));
    assertThat(detail.requests()).isEmpty();
    world.catalog().report(id, JumpItemStatus.OFFLINE);
    assertThat(world.as(maya).detail(id).onlineSince()).isEmpty();
  }

  @Test
  @Rule("CAT-5")
  void requests_areOnesOwnThoseOneDecidesAndThoseForAnyonePermitted() {
    Person tim = world.person("tim");
    world.group("g", tim.id(), JumpPermission.EDIT);
    request("own", "maya", ApprovalTerms.Scope.REQUESTER_ONLY);
    request("of-other", "zoe", ApprovalTerms.Scope.REQUESTER_ONLY);
    request("anyone", "zoe", ApprovalTerms.Scope.ANYONE_PERMITTED);
    request("to-decide", "zoe", ApprovalTerms.Scope.REQUESTER_ONLY);
    request("to-decide-by-group", "zoe", ApprovalTerms.Scope.REQUESTER_ONLY);
    approver("to-decide", "PERSON", "maya");
    approver("to-decide", "PERSON", "ada");
    approver("to-decide-by-group", "GROUP", "dba");
    approver("of-other", "GROUP", "maya");
    approver("of-other", "PERSON", "dba");
    approver("of-other", "EMAIL", "maya");
    assertThat(requests(maya)).containsExactly("to-decide-by-group", "to-decide", "anyone", "own");
    // Sees the item and may not start it: an approval for anyone permitted is none for him.
    assertThat(requests(tim)).isEmpty();
  }

  @Test
  @Rule("CAT-5")
  void requests_sayFromWhenAndUntilWhen() {
    Instant now = store.clock().instant();
    Instant later = now.plus(Duration.ofDays(1));
    request("own", "maya", ApprovalTerms.Scope.REQUESTER_ONLY);
    request(
        "approved",
        "maya",
        RequestStatus.APPROVED,
        ApprovalTerms.Scope.REQUESTER_ONLY,
        Optional.of(later),
        Optional.of(later.plus(Duration.ofHours(8))));
    List<RequestOnItem> requests = world.as(maya).detail(id).requests();
    assertThat(requests).extracting(r -> r.id().value()).containsExactly("approved", "own");
    assertThat(requests.get(0).from()).isEqualTo(later);
    assertThat(requests.get(0).until()).isEqualTo(later.plus(Duration.ofHours(8)));
    assertThat(requests.get(1).from()).isEqualTo(now);
    assertThat(requests.get(1).until()).isEqualTo(now.plus(Duration.ofHours(2)));
    assertThat(requests.get(1).requester()).isEqualTo(maya.id());
  }

  @Test
  @Rule({"REQ-6", "REQ-7"})
  void requests_holdOnesOwnThatLastCameToNothing_withWhatWasSaid() {
    for (RequestStatus status :
        List.of(
            RequestStatus.DENIED,
            RequestStatus.CANCELLED,
            RequestStatus.EXPIRED,
            RequestStatus.REVOKED)) {
      request(status, "maya");
      approver(status.name(), "PERSON", "ada");
      assertThat(world.as(maya).detail(id).requests())
          .singleElement()
          .satisfies(
              seen -> {
                assertThat(seen.status()).isEqualTo(status);
                assertThat(seen.comment()).isEqualTo("said of " + status);
                assertThat(seen.toString()).doesNotContain("ada");
              });
    }
    request("open", "maya", ApprovalTerms.Scope.REQUESTER_ONLY);
    assertThat(requests(maya)).containsExactly("open", "REVOKED");
  }

  @Test
  @Rule({"REQ-6", "VIS-2"})
  void requests_ofOthersThatCameToNothing_areNobodyElsesToSee() {
    Person zoe = world.person("zoe", "dba");
    world.group("g", zoe.id(), JumpPermission.START);
    request(RequestStatus.DENIED, "zoe");
    approver("DENIED", "PERSON", "maya");
    assertThat(requests(zoe)).containsExactly("DENIED");
    assertThat(requests(maya)).isEmpty();
    JumpItemId other = world.item("billing", JumpGroupId.of("g")).id();
    assertThat(world.as(zoe).detail(other).requests()).isEmpty();
  }

  private void request(RequestStatus status, String requester) {
    request(
        status.name(),
        requester,
        status,
        ApprovalTerms.Scope.ANYONE_PERMITTED,
        Optional.empty(),
        Optional.empty());
  }

  @Test
  @Rule("REQ-2")
  void terms_nameThePolicyItsApproversInWordsAndTheScope() {
    world.add(Person.named("tim", "Tim Roth").email("tim@example.org"));
    JumpPolicy policy =
        JumpPolicy.named("night")
            .name("Night work")
            .description("Ask first.")
            .reason(JumpPolicy.Demand.MANDATORY)
            .ticket(JumpPolicy.Demand.NONE)
            .duration(Duration.ofMinutes(30), Duration.ofHours(3))
            .withoutTyping()
            .approval(
                ApprovalTerms.by(
                        Approver.person("tim"),
                        Approver.person("gone"),
                        Approver.group("leads"),
                        Approver.email("nora.k@example.org"))
                    .forAnyonePermitted())
            .build();
    world.catalog().save(policy);
    world.save(world.catalog().item(id).orElseThrow().toBuilder().terms(policy.id()));
    assertThat(world.as(maya).terms(id))
        .isEqualTo(
            new Terms(
                "Night work",
                "Ask first.",
                JumpPolicy.Demand.MANDATORY,
                JumpPolicy.Demand.NONE,
                Duration.ofMinutes(30),
                Duration.ofHours(3),
                List.of(
                    "'gone', who is not known any more",
                    "Tim Roth",
                    "any member of group 'leads'",
                    "n***@example.org"),
                Optional.of(ApprovalTerms.Scope.ANYONE_PERMITTED),
                false));
  }

  @Test
  @Rule("REQ-2")
  void terms_ofAnItemWithoutAPolicy_areTheStandardOnes() {
    Terms terms = world.as(maya).terms(id);
    assertThat(terms.policyName()).isEqualTo("standard");
    assertThat(terms.approvers()).isEmpty();
    assertThat(terms.scope()).isEmpty();
    assertThat(terms.typingAllowed()).isTrue();
  }

  @Test
  @Rule("VIS-2")
  void services_ofAPersonWhoIsNotKnown_areRefused() {
    Person ghost = Person.named("ghost", "Ghost").build();
    refused(ErrorCode.PERSON_UNKNOWN, () -> world.as(ghost).search(""));
    refused(ErrorCode.PERSON_UNKNOWN, () -> world.as(ghost).detail(id));
    refused(ErrorCode.PERSON_UNKNOWN, () -> world.catalog(ghost.id()).item(id));
  }
}
