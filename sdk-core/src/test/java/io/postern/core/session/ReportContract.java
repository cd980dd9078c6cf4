package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpPermission;
import io.postern.jump.SessionPolicy;
import io.postern.person.GroupId;
import io.postern.person.PersonId;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionReport;
import io.postern.session.Tool;
import io.postern.testing.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The report of a real session, and who reads it. */
abstract class ReportContract {
  @RegisterExtension final PosternUnderTest test;

  ReportContract(PosternUnderTest test) {
    this.test = test;
  }

  @Test
  @Rule({"REC-7", "REQ-7"})
  void report_holdsWhoWhenWhatAndWhyButNoDecider() {
    Scene scene =
        Scene.of(
            test,
            terms -> terms.approval(ApprovalTerms.by(Approver.group("approvers"))),
            item -> item);
    scene.catalog().save(SessionPolicy.named("tools").allow(Tool.SHELL, Tool.COMMANDS).recorded());
    Session session = scene.approved("maya");
    try (Connection live = session.connect()) {
      live.run("echo reported");
    }
    session.end();

    SessionReport report = session.report();
    assertThat(report.ownerName()).isEqualTo("Maya Ito");
    assertThat(report.acts())
        .extracting(SessionReport.Act::what)
        .contains(
            "request.asked",
            "request.approved",
            "session.available",
            "session.connected",
            "tool.command",
            "credential.returned",
            "session.ended");
    assertThat(report.recordings()).hasSize(1);
    assertThat(report.html()).contains("INC-1", "echo reported").doesNotContain("noor");
    assertThat(test.as("adam").sessions().find(session.id()).report().toString()).contains("noor");
  }

  @Test
  @Rule({"CAT-2", "VIS-2"})
  void report_isForMembersWithThatPermission_whoMayDoNothingElseWithTheSession() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    Refused.with(ErrorCode.SESSION_NOT_FOUND, () -> test.as("kim").sessions().find(session.id()));
    scene
        .catalog()
        .save(
            JumpGroup.of("databases")
                .with(GroupId.of("ops"), JumpPermission.START)
                .with(PersonId.of("omar"), JumpPermission.VIEW_REPORTS));

    Session seen = test.as("omar").sessions().find(session.id());
    assertThat(seen.report().session().owner()).isEqualTo(PersonId.of("maya"));
    Refused.with(ErrorCode.SESSION_NOT_FOUND, seen::end);
    Refused.with(ErrorCode.SESSION_NOT_FOUND, seen::connect);
    Refused.with(ErrorCode.SESSION_NOT_FOUND, () -> seen.freeze("stop"));
  }
}
