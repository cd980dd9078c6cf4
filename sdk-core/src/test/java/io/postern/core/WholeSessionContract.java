package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.PageRequest;
import io.postern.approval.AccessRequest;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.Catalog;
import io.postern.jump.HostKey;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.Occupancy;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.GroupId;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import io.postern.session.Shell;
import io.postern.session.ShellOutput;
import io.postern.session.Tool;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole way of the main job, with nothing left out. */
abstract class WholeSessionContract {
  @RegisterExtension final PosternUnderTest test;

  WholeSessionContract(PosternUnderTest test) {
    this.test = test;
  }

  @Test
  void aSession_fromTheAskToTheSealedEnd() {
    Catalog catalog = test.as("adam").catalog();
    catalog.save(JumpGroup.of("databases").with(GroupId.of("ops"), JumpPermission.START));
    catalog.save(
        JumpPolicy.named("ask-first")
            .approval(ApprovalTerms.by(Approver.group("approvers")))
            .extendable(1, Duration.ofMinutes(30))
            .rotatingAfterUse()
            .build());
    catalog.save(SessionPolicy.named("shells").allow(Tool.SHELL, Tool.COMMANDS).recorded());
    JumpItemId orders = JumpItemId.of("orders-db");
    catalog.save(
        JumpItem.reachedBy("loop", "orders-db", "127.0.0.1", 22)
            .in(JumpGroupId.of("databases"))
            .terms(JumpPolicyId.of("ask-first"))
            .allowing(SessionPolicyId.of("shells"))
            .occupancy(Occupancy.exclusive(Duration.ofMinutes(5)))
            .build());
    HostKey enrolled = catalog.enrolHostKey(orders);
    assertThat(enrolled).isEqualTo(test.endpoint().hostKey());
    test.vault().put("orders", "app", "s3cret-of-orders");
    test.endpoint().password("s3cret-of-orders");

    Session session =
        test.as("maya")
            .sessions()
            .start(
                test.as("maya").jumpItems().search("orders").only().id(),
                ask -> ask.reason("INC-4711").lasting(Duration.ofHours(2)));
    assertThat(session.status()).isEqualTo(SessionStatus.WAITING_FOR_APPROVAL);

    AccessRequest request = test.as("noor").approvals().toDecide(PageRequest.first()).only();
    test.as("noor").approvals().approve(request.id(), "go ahead");
    session.awaitAvailable(Duration.ofSeconds(20));
    try (Connection live = session.connect()) {
      assertThat(live.run("echo hello").output()).isEqualTo("echo hello\n");
      try (Shell shell = live.openShell("work");
          ShellOutput output = shell.output()) {
        shell.type("over here s3cret-of-orders there\n");
        assertThat(output.awaitText("there", Duration.ofSeconds(10))).contains("over here");
      }
      assertThat(session.extend(Duration.ofMinutes(30)))
          .isEqualTo(test.clock().instant().plus(Duration.ofMinutes(150)));
    }
    session.end();

    assertThat(session.detail().state()).isInstanceOf(SessionState.Ended.class);
    assertThat(test.vault().out()).isEmpty();
    assertThat(test.vault().rotated()).containsExactly("orders");
    assertThat(test.endpoint().connections()).isZero();
    var recordings = test.as("adam").recordings().of(session.id());
    assertThat(recordings).hasSize(2);
    assertThat(recordings)
        .allSatisfy(
            recording ->
                assertThat(test.as("adam").recordings().verify(recording.id()).intact()).isTrue());
    assertThat(session.report().html())
        .contains("INC-4711")
        .doesNotContain("s3cret")
        .doesNotContain("noor");
    assertThat(test.as("adam").audit().verify().intact()).isTrue();
  }
}
