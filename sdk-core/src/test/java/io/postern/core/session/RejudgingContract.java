package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.audit.AuditQuery;
import io.postern.core.Awaiting;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.SessionPolicy;
import io.postern.person.Person;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionStatus;
import io.postern.session.Shell;
import io.postern.session.Tool;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What runs by itself in a live session, when rights and policies change. */
abstract class RejudgingContract {
  @RegisterExtension final PosternUnderTest test;

  RejudgingContract(PosternUnderTest test) {
    this.test = test;
  }

  private void secondsLater() {
    test.clock().advance(Duration.ofSeconds(3));
    test.sweep();
  }

  private static boolean reopens(Connection live, AtomicReference<Shell> reopened) {
    try {
      reopened.set(live.openShell("work"));
      return true;
    } catch (PosternException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_CHANGE);
      return false;
    }
  }

  private void awaitClosed(Shell shell) {
    Awaiting.until("shell " + shell.name() + " is closed", () -> !shell.isOpen());
    Refused.with(ErrorCode.TOOL_NOT_ALLOWED, () -> shell.type("x"));
  }

  @Test
  @Rule({"TOOL-1", "TOOL-2"})
  void shells_thatAreNotAllowedAnyMore_areClosedWithinSeconds_andTheSessionGoesOn() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    Connection live = session.connect();
    Shell first = live.openShell("first");
    Shell second = live.openShell("second");
    scene.catalog().save(SessionPolicy.named("tools").allow(Tool.SHELL, Tool.COMMANDS));
    secondsLater();
    first.type("still here");
    scene.catalog().save(SessionPolicy.named("tools").deny(Tool.SHELL).allow(Tool.COMMANDS));
    secondsLater();
    awaitClosed(first);
    awaitClosed(second);
    live.run("id");
    assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
    Awaiting.until(
        "the trail says why",
        () ->
            test
                    .as("adam")
                    .audit()
                    .list(
                        AuditQuery.all()
                            .about("session:" + session.id())
                            .action("tool.shell-closed"),
                        PageRequest.first())
                    .rows()
                    .stream()
                    .filter(entry -> entry.why().contains("allowed"))
                    .count()
                == 2);
    scene.catalog().save(SessionPolicy.named("tools").allow(Tool.SHELL));
    live.openShell("first").close();
  }

  @Test
  @Rule("TOOL-1")
  void shells_ofWhoLosesTheRightToTheItem_areClosedWithinSeconds() {
    Scene scene = Scene.open(test);
    Shell shell = scene.available("maya").connect().openShell("work");
    test.people().add(Person.named("maya", "Maya Ito").email("maya@example.org"));
    secondsLater();
    awaitClosed(shell);
  }

  @Test
  @Rule("REC-1")
  void shells_thatAreNotRecorded_areClosedWhenThatIsDemanded() {
    Scene scene = Scene.open(test);
    Connection live = scene.available("maya").connect();
    Shell shell = live.openShell("work");
    scene.catalog().save(SessionPolicy.named("tools").allow(Tool.SHELL).recorded());
    secondsLater();
    awaitClosed(shell);
    // The name is free when the closed shell has been taken down, a moment after it closed.
    AtomicReference<Shell> reopened = new AtomicReference<>();
    Awaiting.until("the name is free", () -> reopens(live, reopened));
    Shell recorded = reopened.get();
    secondsLater();
    recorded.type("x");
    live.close();
  }

  @Test
  @Rule("TOOL-1")
  void shells_thatCannotBeJudged_goOnUntilTheyCan() {
    Scene scene = Scene.open(test);
    Shell shell = scene.available("maya").connect().openShell("work");
    test.people().down(true);
    // Only now, lest it be judged in between.
    test.people().add(Person.named("maya", "Maya Ito").email("maya@example.org"));
    int before = test.people().refusals();
    secondsLater();
    Awaiting.until("it was asked", () -> test.people().refusals() > before);
    assertThat(shell.isOpen()).isTrue();
    test.people().down(false);
    Awaiting.until(
        "it is judged again",
        () -> {
          secondsLater();
          return !shell.isOpen();
        });
  }

  @Test
  @Rule("SES-15")
  void theUseOfATool_byWhoLostTheRightToTheItem_isRefusedAndInTheTrail() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    Connection live = session.connect();
    test.people().add(Person.named("maya", "Maya Ito").email("maya@example.org"));
    Refused.with(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> live.run("id"));
    test.people().remove("maya");
    Refused.with(ErrorCode.PERSON_UNKNOWN, () -> live.run("id"));
    assertThat(
            test.as("adam")
                .audit()
                .list(
                    AuditQuery.all().about("session:" + session.id()).action("tool.refused"),
                    PageRequest.first()))
        .extracting(entry -> entry.details().get("code"))
        .containsExactlyInAnyOrder("JUMP_ITEM_NOT_FOUND", "PERSON_UNKNOWN");
  }
}
