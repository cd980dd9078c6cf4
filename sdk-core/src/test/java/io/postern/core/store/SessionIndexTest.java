package io.postern.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * That what a dead process left is found in the embedded store without looking at every session.
 */
class SessionIndexTest {
  @RegisterExtension final StoreUnderTest store = StoreUnderTest.sqlite();

  private List<String> plan(String statement, Object... arguments) {
    return store
        .database()
        .read(
            tx -> tx.list("explain query plan " + statement, row -> row.text("detail"), arguments));
  }

  @Test
  void sessionsOfAProcess_areFoundByTheirIndex_inOrder() {
    assertThat(
            plan(
                "select id from session where node = ? and status <> 'ENDED' order by id limit ?",
                "n",
                100))
        .singleElement()
        .asString()
        .contains("session_live (node=?)");
  }
}
