package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.Occupancy;
import io.postern.person.GroupId;
import io.postern.session.Session;
import io.postern.testing.Rule;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The store can be read and takes nothing, as on a full disk: SQLite says that it is full also
 * where no number is left for another audit entry.
 */
class StoreAwayOnSqliteTest extends StoreAwayContract {
  StoreAwayOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }

  @Override
  void open() {
    test.postern();
  }

  @Override
  void away(boolean away) throws SQLException {
    String last = away ? String.valueOf(Long.MAX_VALUE) : "(select max(number) from audit)";
    try (Connection store = test.pastPostern();
        Statement statement = store.createStatement()) {
      statement.execute("pragma busy_timeout = 10000");
      statement.executeUpdate("update sqlite_sequence set seq = " + last + " where name = 'audit'");
    }
  }

  @Test
  @Rule("SES-15")
  void aRefusal_isTold_alsoWhenItCannotBeWrittenDown() throws SQLException {
    Scene scene =
        Scene.of(
            test,
            terms -> terms.extendable(1, Duration.ofMinutes(5)),
            item -> item.occupancy(Occupancy.exclusive(Duration.ZERO)));
    Session session = scene.available("maya");
    session.connect();
    scene
        .catalog()
        .save(
            JumpPolicy.named("asking")
                .approval(ApprovalTerms.by(Approver.group("approvers")).needing(2))
                .build());
    scene.catalog().save(scene.item("other", item -> item.terms(JumpPolicyId.of("asking"))));
    Session asked =
        test.as("maya").sessions().start(JumpItemId.of("other"), ask -> ask.reason("INC-1"));
    scene.approve("noor", scene.request(asked));
    away(true);
    Refused.with(ErrorCode.RESERVED, () -> scene.ask("kim"));
    Refused.with(ErrorCode.EXTENSION_REFUSED, () -> session.extend(Duration.ofMinutes(6)));
    Refused.with(ErrorCode.NOT_PERMITTED, () -> session.freeze("mine"));
    Refused.with(ErrorCode.ALREADY_DECIDED, () -> scene.approve("noor", scene.request(asked)));
    Refused.with(
        ErrorCode.NOT_PERMITTED,
        () -> test.as("kim").catalog().save(JumpGroup.of("mine").with(GroupId.of("ops"))));
  }
}
