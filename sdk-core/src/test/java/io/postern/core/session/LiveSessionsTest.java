package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Refused;
import io.postern.core.tool.Guard.Guarded;
import io.postern.person.PersonId;
import io.postern.session.Command;
import io.postern.session.CommandResult;
import io.postern.session.RemoteFiles;
import io.postern.session.SessionId;
import io.postern.session.Shell;
import io.postern.testing.Rule;
import io.postern.testing.SettableClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one process knows of sessions that live in it. */
class LiveSessionsTest {
  private static final SessionId ID = SessionId.of("s1");

  private static final PersonId MAYA = PersonId.of("maya");

  private final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");
  private final LiveSessions live = new LiveSessions(clock);
  private final List<String> closed = new ArrayList<>();
  private final List<String> judged = new ArrayList<>();
  private boolean busy;

  /** A connection that can only be closed. */
  private final class Closable implements Guarded {
    private final String name;
    private final boolean fails;

    private Closable(String name, boolean fails) {
      this.name = name;
      this.fails = fails;
    }

    @Override
    public void close() {
      closed.add(name);
      if (fails) {
        throw new IllegalStateException("told to fail");
      }
    }

    @Override
    public CommandResult run(Command command) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Shell openShell(String shell, int columns, int rows) {
      throw new UnsupportedOperationException();
    }

    @Override
    public RemoteFiles files() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isBusy() {
      return busy;
    }

    @Override
    public void judgeAnew() {
      judged.add(name);
    }
  }

  @Test
  @Rule("SES-12")
  void anOlderRow_thanTheLastOneSeen_changesNothing() {
    LiveSession session = live.enter(ID, MAYA);
    live.freeze(ID, "stop", 7);
    live.thaw(ID, 6);
    Refused.with(ErrorCode.SESSION_FROZEN, session::requireOpen);
    live.thaw(ID, 8);
    live.freeze(ID, "stop", 7);
    session.requireOpen();
  }

  @Test
  @Rule("SES-6")
  void end_closesEveryConnection_alsoWhenOneFails() {
    LiveSession session = live.enter(ID, MAYA);
    session.add(new Closable("one", true));
    live.enter(ID, MAYA);
    session.add(new Closable("two", false));
    live.end(ID);
    assertThat(closed).containsExactlyInAnyOrder("one", "two");
    Refused.with(ErrorCode.SESSION_ENDED, session::requireOpen);
    assertThat(session.add(new Closable("late", false))).isFalse();
  }

  @Test
  void aSession_isKeptWhileAConnectionIsExpected() {
    LiveSession session = live.enter(ID, MAYA);
    Guarded first = new Closable("first", false);
    session.add(first);
    LiveSession same = live.enter(ID, MAYA);
    assertThat(live.leave(session, first)).isFalse();
    assertThat(same.add(new Closable("second", false))).isTrue();
    live.end(ID);
    assertThat(closed).containsExactly("second");
  }

  @Test
  void aSession_isForgottenWhenNothingIsHereNorExpected() {
    LiveSession session = live.enter(ID, MAYA);
    live.leave(session);
    assertThat(live.has(ID)).isFalse();
  }

  @Test
  @Rule("TOOL-1")
  void whatRuns_isJudgedOnceAtATime_andAgainWhenThatIsLongAgo() {
    Instant noon = Instant.parse("2026-11-22T12:00:00Z");
    LiveSession session = live.enter(ID, MAYA);
    session.add(new Closable("one", false));
    assertThat(session.claimJudging(noon)).isFalse();
    busy = true;
    assertThat(session.claimJudging(noon)).isTrue();
    assertThat(session.claimJudging(noon)).isFalse();
    session.unclaimJudging();
    assertThat(session.claimJudging(noon)).isTrue();
    session.judge(noon);
    assertThat(judged).containsExactly("one");
    assertThat(session.claimJudging(noon)).isFalse();
    assertThat(session.claimJudging(noon.plusMillis(1))).isTrue();
  }

  @Test
  void enter_afterShut_isRefused() {
    live.enter(ID, MAYA);
    assertThat(live.shut()).containsExactly(ID);
    Refused.with(ErrorCode.CLOSED, () -> live.enter(ID, MAYA));
  }
}
