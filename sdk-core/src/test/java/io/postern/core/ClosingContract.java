package io.postern.core;

import static io.postern.core.Scene.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.Access;
import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.approval.DecisionToken;
import io.postern.recording.Recording;
import io.postern.session.Connection;
import io.postern.session.EndReason;
import io.postern.session.Session;
import io.postern.session.SessionQuery;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a Postern closes, and what is left for the next one. */
abstract class ClosingContract {
  @RegisterExtension final PosternUnderTest test;

  ClosingContract(PosternUnderTest test) {
    this.test = test;
  }

  @Test
  void close_endsWhatIsLiveHereAsInterrupted_andKeepsTheRest() {
    Scene scene = Scene.open(test);
    Session live = scene.available("maya");
    Connection connection = live.connect();
    Session waiting = scene.available("kim");
    test.postern().close();
    assertThat(test.endpoint().connections()).isZero();
    assertThat(connection.isOpen()).isFalse();
    assertThat(test.vault().out()).isEmpty();
    test.restart();
    SessionState state = test.as("maya").sessions().find(live.id()).detail().state();
    assertThat(state)
        .isInstanceOfSatisfying(
            SessionState.Ended.class,
            ended -> assertThat(ended.reason()).isEqualTo(EndReason.INTERRUPTED));
    Session kept = test.as("kim").sessions().find(waiting.id());
    assertThat(kept.status()).isEqualTo(SessionStatus.AVAILABLE);
    kept.connect().close();
    List<Recording> recordings = test.as("adam").recordings().of(live.id());
    assertThat(recordings).isEmpty();
  }

  @Test
  void everyCall_afterClose_saysClosed_alsoOnWhatWasGotBefore() {
    Scene scene = Scene.open(test);
    Postern postern = test.postern();
    Access access = postern.as("maya");
    var sessions = access.sessions();
    Session session = scene.available("maya");
    postern.close();
    postern.close();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> postern.as("maya"),
            () -> postern.emailedDecision(new DecisionToken("x")),
            access::sessions,
            access::approvals,
            access::jumpItems,
            access::credentials,
            access::inbox,
            access::recordings,
            access::catalog,
            access::audit,
            () -> sessions.start(ORDERS, ask -> ask),
            () -> sessions.list(SessionQuery.all(), PageRequest.first()),
            session::detail,
            session::connect,
            session::end,
            () -> session.awaitAvailable(Duration.ofSeconds(1)))) {
      Refused.with(ErrorCode.CLOSED, call);
    }
  }

  @Test
  void close_leavesNoThreadOfItsOwn() {
    // Other tests leave some behind that hang on purpose.
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Scene scene = Scene.open(test);
    scene.available("maya").connect().openShell("work");
    test.postern().close();
    Awaiting.until(
        "its threads end",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .noneMatch(
                    thread ->
                        thread.getName().startsWith("postern-")
                            && !thread.getName().startsWith("postern-connector")
                            && thread.getState() != Thread.State.TERMINATED));
  }
}
