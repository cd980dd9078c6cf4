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
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.recording.Recording;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionReport;
import io.postern.session.Tool;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
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
    assertThat(report.html()).contains("INC-1", "echo reported").doesNotContain("noor");
    assertThat(test.as("adam").sessions().find(session.id()).report().toString()).contains("noor");
  }

  @Test
  @Rule({"REC-6", "REC-7"})
  void report_saysHowManyRecordingsThereAre_andWhichToWhomMayViewThem() {
    Scene scene = Scene.open(test);
    scene.catalog().save(SessionPolicy.named("tools").allow(Tool.COMMANDS).recorded());
    Session session = scene.available("maya");
    try (Connection live = session.connect()) {
      live.run("echo one");
      live.run("echo two");
    }
    session.end();
    List<Recording> all = test.as("adam").recordings().of(session.id());
    assertThat(all).hasSize(2);
    SessionReport own = session.report();
    assertThat(own.recordings()).isEmpty();
    assertThat(own.recordingCount()).isEqualTo(2);
    SessionReport whole = test.as("adam").sessions().find(session.id()).report();
    assertThat(whole.recordings()).isEqualTo(all);
    assertThat(whole.recordingCount()).isEqualTo(2);
    for (Recording recording : all) {
      assertThat(own.toString()).doesNotContain(recording.id().value());
      assertThat(whole.html()).contains(recording.id().value());
    }
    test.people()
        .add(Person.named("maya", "Maya Ito").memberOf("ops").with(Privilege.VIEW_RECORDINGS));
    assertThat(session.report().recordings()).isEqualTo(all);
  }

  @Test
  @Rule("REC-7")
  void report_holdsToolsFilesApprovalsAndTimes_asDataAndAsAPage() throws IOException {
    Scene scene = Scene.asking(test, terms -> terms);
    scene
        .catalog()
        .save(
            SessionPolicy.named("tools")
                .allow(Tool.COMMANDS, Tool.LIST_FILES, Tool.UPLOAD, Tool.DOWNLOAD));
    Session session = scene.approved("maya");
    Path fix = Files.writeString(test.directory().resolve("fix.sql"), "select 1;");
    Path back = test.directory().resolve("back.sql");
    Instant used = test.clock().instant();
    try (Connection live = session.connect()) {
      live.run("id -un");
      String sha256 = live.files().upload(fix, "/tmp/fix.sql").sha256();
      live.files().download("/tmp/fix.sql", back);
      Refused.with(ErrorCode.REMOTE_FILE_NOT_FOUND, () -> live.files().download("/tmp/none", back));
      Refused.with(ErrorCode.TOOL_NOT_ALLOWED, () -> live.openShell("work"));
      SessionReport report = session.report();
      assertThat(report.session()).isEqualTo(session.detail());
      assertThat(report.toolsUsed()).containsExactly(Tool.COMMANDS, Tool.UPLOAD, Tool.DOWNLOAD);
      assertThat(report.filesMoved())
          .containsExactly(
              new SessionReport.MovedFile(
                  used, "maya", Tool.UPLOAD, "/tmp/fix.sql", fix.toString(), 9, sha256),
              new SessionReport.MovedFile(
                  used, "maya", Tool.DOWNLOAD, "/tmp/fix.sql", back.toString(), 9, sha256));
      assertThat(report.acts())
          .anySatisfy(
              act -> {
                assertThat(act.what()).isEqualTo("request.approved");
                assertThat(act.why()).isEqualTo("go ahead");
              })
          .isSortedAccordingTo(Comparator.comparing(SessionReport.Act::at));
      assertThat(report.actsLeftOut()).isZero();
      assertThat(report.html())
          .contains("commands, upload, download", "/tmp/fix.sql", sha256, "go ahead")
          .contains("Nothing was recorded.");
    }
  }

  @Test
  @Rule("REC-7")
  void report_ofASessionInWhichVeryMuchWasDone_hasItsEndAndSaysWhatIsLeftOut() throws SQLException {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    int done = 2 * ReportedActs.AT_EACH_END + 100;
    try (java.sql.Connection store = test.pastPostern();
        PreparedStatement insert =
            store.prepareStatement(
                "insert into audit (at, actor, action, subject, from_state, to_state, why, details)"
                    + " with recursive n(i) as (select 1 union all select i + 1 from n where i < "
                    + done
                    + ") select ?, 'maya', case when i = "
                    + done / 2
                    + " then 'tool.list' else 'tool.command-started' end, ?, '', '', '', '{}'"
                    + " from n")) {
      insert.setLong(1, test.clock().instant().toEpochMilli());
      insert.setString(2, "session:" + session.id());
      insert.executeUpdate();
    }
    session.end();
    SessionReport report = session.report();
    assertThat(report.acts()).hasSizeGreaterThanOrEqualTo(2 * ReportedActs.AT_EACH_END);
    assertThat(report.acts().get(0).what()).isEqualTo("session.asked");
    assertThat(report.acts())
        .extracting(SessionReport.Act::what)
        .contains("session.available", "session.ended")
        .doesNotContain("tool.list");
    assertThat(report.toolsUsed()).containsExactly(Tool.COMMANDS, Tool.LIST_FILES);
    assertThat(report.actsLeftOut()).isGreaterThanOrEqualTo(100);
    assertThat(report.html()).contains(report.actsLeftOut() + " between them");
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
