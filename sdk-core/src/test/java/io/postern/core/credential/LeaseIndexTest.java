package io.postern.core.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.core.store.StoreUnderTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That leases which are over, and stay for ever, are not looked through in the embedded store. */
class LeaseIndexTest {
  @RegisterExtension final StoreUnderTest store = StoreUnderTest.sqlite();

  private List<String> plan(String condition) {
    return store
        .database()
        .read(
            tx ->
                tx.list(
                    "explain query plan select id from lease where manager = ? and credential = ?"
                        + condition,
                    row -> row.text("detail"),
                    "m",
                    "c"));
  }

  @Test
  void openLeasesOfACredential_areFoundByTheirIndex() {
    assertThat(plan(" and state in ('INTENT', 'HELD', 'RETURNING') order by id"))
        .first()
        .asString()
        .contains("lease_credential (manager=? AND credential=?)");
  }

  @Test
  void theCheckOutThatASessionRidesOn_isFoundByItsIndex() {
    assertThat(
            plan(
                " and holder = 'h' and state = 'HELD'"
                    + " and exclusive = 1 and late = 0 and state in ('INTENT', 'HELD', 'RETURNING')"))
        .singleElement()
        .asString()
        .contains("INDEX lease_");
  }

  @Test
  void leasesThatWaitForASilentManager_areFoundByTheirIndex() {
    List<String> plan =
        store
            .database()
            .read(
                tx ->
                    tx.list(
                        "explain query plan select id from lease"
                            + " where manager = ? and silences > 0 and due_at > ? and node is null",
                        row -> row.text("detail"),
                        "m",
                        1));
    assertThat(plan).singleElement().asString().contains("lease_silent (manager=? AND due_at>?)");
  }

  @Test
  void renewals_areFoundByTheirIndex() {
    List<String> plan =
        store
            .database()
            .read(
                tx ->
                    tx.list(
                        "explain query plan select id from lease where due_at <= ? and manager = ?"
                            + " and state = 'HELD' order by due_at, id limit 100",
                        row -> row.text("detail"),
                        1,
                        "m"));
    assertThat(plan).first().asString().contains("lease_held (manager=? AND due_at<?)");
  }

  @Test
  void ridersOfACheckOut_areFoundByTheirIndex() {
    assertThat(
            plan(
                " and exclusive = 0 and state in ('INTENT', 'HELD', 'RETURNING')"
                    + " and (state <> 'RETURNING' or settled_at is null)"))
        .singleElement()
        .asString()
        .contains("lease_credential (manager=? AND credential=?)");
  }
}
