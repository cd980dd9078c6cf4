package io.postern.core;

import io.postern.approval.AccessRequest;
import io.postern.approval.RequestId;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.Catalog;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.GroupId;
import io.postern.session.Session;
import io.postern.session.Tool;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * What most tests of the whole need: the item {@code orders} in a group whose members {@code ops}
 * may start it, under terms of the test's, with an enrolled host key and one credential.
 */
public final class Scene {
  public static final JumpItemId ORDERS = JumpItemId.of("orders");

  private final PosternUnderTest test;

  private Scene(PosternUnderTest test) {
    this.test = test;
  }

  /** The item under terms that demand nothing. */
  public static Scene open(PosternUnderTest test) {
    return of(test, terms -> terms, item -> item);
  }

  /** The item under terms that demand the approval of one of {@code approvers}. */
  public static Scene asking(PosternUnderTest test, UnaryOperator<ApprovalTerms> otherwise) {
    ApprovalTerms approval = otherwise.apply(ApprovalTerms.by(Approver.group("approvers")));
    return of(test, terms -> terms.approval(approval), item -> item);
  }

  public static Scene of(
      PosternUnderTest test,
      UnaryOperator<JumpPolicy.Builder> terms,
      UnaryOperator<JumpItem.Builder> item) {
    Scene scene = new Scene(test);
    Catalog catalog = scene.catalog();
    catalog.save(JumpGroup.of("databases").with(GroupId.of("ops"), JumpPermission.START));
    catalog.save(SessionPolicy.named("tools").allow(Tool.SHELL, Tool.COMMANDS));
    scene.terms(terms);
    scene.item(item);
    catalog.enrolHostKey(ORDERS);
    test.vault().put("orders", "app", "s3cret-of-orders");
    test.endpoint().password("s3cret-of-orders");
    return scene;
  }

  public Catalog catalog() {
    return test.as("adam").catalog();
  }

  /** Sets other terms. */
  public void terms(UnaryOperator<JumpPolicy.Builder> otherwise) {
    catalog().save(otherwise.apply(JumpPolicy.named("terms")).build());
  }

  /** Describes the item otherwise. */
  public void item(UnaryOperator<JumpItem.Builder> otherwise) {
    catalog().save(item("orders", otherwise));
  }

  /** An item of the group, not saved. */
  public JumpItem item(String id, UnaryOperator<JumpItem.Builder> otherwise) {
    return otherwise
        .apply(
            JumpItem.reachedBy("loop", id, "127.0.0.1", 22)
                .in(JumpGroupId.of("databases"))
                .terms(JumpPolicyId.of("terms"))
                .allowing(SessionPolicyId.of("tools")))
        .build();
  }

  /** Asks for a session on the item, for two hours. */
  public Session ask(String person) {
    return test.as(person)
        .sessions()
        .start(ORDERS, ask -> ask.reason("INC-1").lasting(Duration.ofHours(2)));
  }

  /** Asks for a session where nobody has to be asked, and waits until it is available. */
  public Session available(String person) {
    return ask(person).awaitAvailable(Duration.ofSeconds(60));
  }

  /** Asks, has {@code noor} approve, and waits until it is available. */
  public Session approved(String person) {
    Session session = ask(person);
    approve("noor", request(session));
    return session.awaitAvailable(Duration.ofSeconds(60));
  }

  public RequestId request(Session session) {
    return session.detail().request().orElseThrow();
  }

  public AccessRequest approve(String person, RequestId request) {
    return test.as(person).approvals().approve(request, "go ahead");
  }
}
