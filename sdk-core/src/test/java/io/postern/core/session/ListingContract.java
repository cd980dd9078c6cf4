package io.postern.core.session;

import static io.postern.core.Scene.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.approval.Approvals;
import io.postern.approval.RequestId;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPermission;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.Session;
import io.postern.session.SessionDetail;
import io.postern.session.SessionId;
import io.postern.session.SessionQuery;
import io.postern.session.SessionStatus;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions in lists, and whose they are. */
abstract class ListingContract {
  @RegisterExtension final PosternUnderTest test;

  ListingContract(PosternUnderTest test) {
    this.test = test;
  }

  @Test
  @Rule({"SES-3", "VIS-2"})
  void list_holdsOnesOwn_andForAdministratorsAll() {
    Scene scene = Scene.open(test);
    Session mine = scene.ask("maya");
    Session theirs = scene.ask("kim");
    assertThat(test.as("maya").sessions().list(SessionQuery.all(), PageRequest.first()).only().id())
        .isEqualTo(mine.id());
    assertThat(
            test.as("maya")
                .sessions()
                .list(SessionQuery.all().of(PersonId.of("kim")), PageRequest.first()))
        .isEmpty();
    assertThat(test.as("adam").sessions().list(SessionQuery.all(), PageRequest.first()))
        .extracting(SessionDetail::id)
        .containsExactlyInAnyOrder(mine.id(), theirs.id());
    Session seen = test.as("adam").sessions().find(mine.id());
    mine.awaitAvailable(Duration.ofSeconds(60));
    assertThat(seen.detail()).isEqualTo(mine.detail());
    assertThat(
            test.as("adam")
                .sessions()
                .list(SessionQuery.all().of(PersonId.of("maya")), PageRequest.first())
                .only())
        .isEqualTo(mine.detail());
  }

  @Test
  @Rule({"SES-3", "CAT-2"})
  void oneSession_isTheSameRowInEveryListItStandsIn() {
    Scene scene = Scene.open(test);
    scene.catalog().save(scene.item("other", item -> item));
    Session session = scene.available("maya");
    Session elsewhere = test.as("kim").sessions().start(JumpItemId.of("other"), ask -> ask);
    elsewhere.awaitAvailable(Duration.ofSeconds(60));
    reports("omar", JumpPermission.VIEW_REPORTS);
    SessionDetail row = list("maya", SessionQuery.all()).get(0);
    assertThat(list("maya", SessionQuery.all())).containsExactly(row);
    assertThat(list("maya", SessionQuery.all().on(ORDERS))).containsExactly(row);
    assertThat(list("adam", SessionQuery.all())).contains(row).hasSize(2);
    assertThat(list("adam", SessionQuery.all().on(ORDERS))).containsExactly(row);
    assertThat(list("omar", SessionQuery.all())).contains(row).hasSize(2);
    assertThat(list("omar", SessionQuery.all().on(ORDERS))).containsExactly(row);
    for (String person : List.of("maya", "adam", "omar")) {
      Session found = test.as(person).sessions().find(row.id());
      assertThat(found.detail()).isEqualTo(row).isEqualTo(session.detail());
      assertThat(found.report().session()).isEqualTo(row);
    }
  }

  @Test
  @Rule({"CAT-2", "SES-3", "VIS-2"})
  void list_holdsSessionsOnItemsWhoseReportsOneMayRead_andNoOthers() {
    Scene scene = Scene.open(test);
    Session first = scene.ask("maya");
    test.clock().advance(Duration.ofSeconds(1));
    Session second = scene.ask("kim");
    assertThat(list("omar", SessionQuery.all())).isEmpty();
    reports("omar", JumpPermission.START);
    assertThat(list("omar", SessionQuery.all())).isEmpty();
    reports("omar", JumpPermission.START, JumpPermission.VIEW_REPORTS);
    test.clock().advance(Duration.ofSeconds(1));
    Session own = scene.ask("omar");
    assertThat(list("omar", SessionQuery.all()))
        .extracting(SessionDetail::id)
        .containsExactly(own.id(), second.id(), first.id());
    assertThat(list("omar", SessionQuery.all().of(PersonId.of("kim"))))
        .extracting(SessionDetail::id)
        .containsExactly(second.id());
    var page = test.as("omar").sessions().list(SessionQuery.all(), PageRequest.first().ofSize(2));
    assertThat(page).extracting(SessionDetail::id).containsExactly(own.id(), second.id());
    assertThat(
            test.as("omar")
                .sessions()
                .list(SessionQuery.all(), PageRequest.first().after(page.next().orElseThrow())))
        .extracting(SessionDetail::id)
        .containsExactly(first.id());
    assertThat(list("maya", SessionQuery.all())).hasSize(1);
    scene.catalog().save(JumpGroup.of("elsewhere").with(GroupId.of("ops"), JumpPermission.START));
    scene.item(item -> item.in(JumpGroupId.of("elsewhere")));
    assertThat(list("omar", SessionQuery.all()))
        .extracting(SessionDetail::id)
        .containsExactly(own.id());
  }

  private List<SessionDetail> list(String person, SessionQuery query) {
    return test.as(person).sessions().list(query, PageRequest.first()).rows();
  }

  private void reports(String person, JumpPermission... permissions) {
    test.as("adam")
        .catalog()
        .save(
            JumpGroup.of("databases")
                .with(GroupId.of("ops"), JumpPermission.START)
                .with(PersonId.of(person), permissions));
  }

  @Test
  @Rule("SES-4")
  void list_isFilteredByStatusItemPersonAndTime() {
    Scene scene = Scene.open(test);
    scene.catalog().save(scene.item("other", item -> item));
    Session first = scene.available("maya");
    Instant before = test.clock().instant();
    test.clock().advance(Duration.ofMinutes(1));
    Session second = test.as("maya").sessions().start(ORDERS, ask -> ask);
    second.awaitAvailable(Duration.ofSeconds(60)).end();
    test.clock().advance(Duration.ofMinutes(1));
    Session third =
        test.as("maya")
            .sessions()
            .start(JumpItemId.of("other"), ask -> ask)
            .awaitAvailable(Duration.ofSeconds(60));
    assertThat(ids(SessionQuery.all())).containsExactly(third.id(), second.id(), first.id());
    assertThat(ids(SessionQuery.all().in(SessionStatus.ENDED))).containsExactly(second.id());
    assertThat(ids(SessionQuery.all().on(ORDERS))).containsExactly(second.id(), first.id());
    assertThat(ids(SessionQuery.all().between(before.plusSeconds(60), before.plusSeconds(120))))
        .containsExactly(second.id());
    assertThat(
            ids(
                SessionQuery.all()
                    .on(ORDERS)
                    .in(SessionStatus.AVAILABLE, SessionStatus.ACTIVE)
                    .of(PersonId.of("maya"))))
        .containsExactly(first.id());
  }

  private List<SessionId> ids(SessionQuery query) {
    List<SessionId> ids = new ArrayList<>();
    test.as("maya")
        .sessions()
        .list(query, PageRequest.first())
        .forEach(detail -> ids.add(detail.id()));
    return ids;
  }

  @Test
  @Rule("SES-4")
  void list_overPages_givesEachOnceWhileSessionsAreAdded() {
    Scene scene = Scene.open(test);
    List<SessionId> known = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      known.add(0, scene.ask("maya").id());
      test.clock().advance(Duration.ofSeconds(1));
    }
    List<SessionId> seen = new ArrayList<>();
    PageRequest page = PageRequest.first().ofSize(3);
    boolean more = true;
    while (more) {
      var rows = test.as("maya").sessions().list(SessionQuery.all(), page);
      rows.forEach(detail -> seen.add(detail.id()));
      scene.ask("maya");
      test.clock().advance(Duration.ofSeconds(1));
      more = rows.next().isPresent();
      if (more) {
        page = page.after(rows.next().get());
      }
    }
    assertThat(seen).isEqualTo(known);
  }

  @Test
  @Rule("CAT-6")
  void lists_fromAPlaceThatIsNone_areRefused() {
    Scene scene = Scene.asking(test, terms -> terms);
    scene.ask("maya");
    for (String place : List.of("x", "0".repeat(25), "0".repeat(27), "' or 1=1 --")) {
      PageRequest page = PageRequest.first().after(place);
      List<ThrowingCallable> lists =
          List.of(
              () -> test.as("maya").sessions().list(SessionQuery.all(), page),
              () -> test.as("maya").approvals().mine(page),
              () -> test.as("noor").approvals().toDecide(page));
      for (ThrowingCallable list : lists) {
        assertThat(Refused.with(ErrorCode.QUERY_INVALID, list)).hasMessageContaining(place);
      }
    }
  }

  @Test
  @Rule("SES-4")
  void list_ofARequest_holdsTheSessionsThatUseIt() {
    Scene scene = Scene.asking(test, ApprovalTerms::forAnyonePermitted);
    Session asked = scene.approved("maya");
    RequestId request = scene.request(asked);
    Session other = scene.available("kim");
    assertThat(other.detail().request()).contains(request);
    test.clock().advance(Duration.ofSeconds(1));
    scene.item(item -> item.at("127.0.0.1", 23));
    Session anew = scene.ask("maya");
    SessionQuery query = SessionQuery.all().of(request);
    assertThat(test.as("adam").sessions().list(query, PageRequest.first()))
        .extracting(SessionDetail::id)
        .containsExactlyInAnyOrder(asked.id(), other.id());
    assertThat(ids(query)).containsExactly(asked.id());
    assertThat(ids(SessionQuery.all().of(scene.request(anew)))).containsExactly(anew.id());
    assertThat(ids(SessionQuery.all().of(RequestId.of("0".repeat(26))))).isEmpty();
  }

  @Test
  @Rule("VIS-2")
  void othersSessionsAndRequests_areAnsweredAsThoseThatAreNotThere() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session = scene.ask("maya");
    String nothing = "0".repeat(26);
    assertThat(
            Refused.with(
                    ErrorCode.SESSION_NOT_FOUND, () -> test.as("kim").sessions().find(session.id()))
                .getMessage()
                .replace(session.id().value(), nothing))
        .isEqualTo(
            Refused.with(
                    ErrorCode.SESSION_NOT_FOUND,
                    () -> test.as("kim").sessions().find(SessionId.of(nothing)))
                .getMessage());
    RequestId request = scene.request(session);
    RequestId none = RequestId.of(nothing);
    test.people().add(Person.named("ines", "Ines Roca"));
    Approvals ines = test.as("ines").approvals();
    List<Consumer<RequestId>> acts =
        List.of(
            ines::find,
            ines::decisions,
            id -> ines.approve(id, ""),
            id -> ines.deny(id, ""),
            id -> ines.cancel(id, ""));
    for (Consumer<RequestId> act : acts) {
      assertThat(
              Refused.with(ErrorCode.REQUEST_NOT_FOUND, () -> act.accept(request))
                  .getMessage()
                  .replace(request.value(), nothing))
          .isEqualTo(
              Refused.with(ErrorCode.REQUEST_NOT_FOUND, () -> act.accept(none)).getMessage());
    }
    Refused.with(
        ErrorCode.PERSON_UNKNOWN,
        () -> test.as("nobody").sessions().list(SessionQuery.all(), PageRequest.first()));
  }
}
