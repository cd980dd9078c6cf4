package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.CredentialKind;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPolicy;
import io.postern.person.Person;
import io.postern.session.SessionStatus;
import io.postern.spi.connector.Endpoint;
import io.postern.text.Text;
import java.time.Instant;
import java.util.Set;

/** Everything that was found in order before a secret is fetched (rule INJ-3). */
record ReadyToConnect(
    Person person,
    SessionRow row,
    JumpItem item,
    Endpoint endpoint,
    Set<CredentialKind> accepted,
    JumpPolicy terms) {
  void requireAccepted(CredentialKind kind) {
    if (!accepted.contains(kind)) {
      throw new PosternException(
          ErrorCode.PRECONDITION_FAILED,
          item.name()
              + " cannot be logged on to with a "
              + Text.words(kind)
              + "; choose another credential");
    }
  }

  /** Until when a credential is needed at the longest. */
  Instant latestEnd() {
    Course course = row.course();
    if (row.status() == SessionStatus.ACTIVE) {
      return course.endsAt().orElseThrow();
    }
    return course.endsAt().orElseGet(() -> course.claimBy().orElseThrow().plus(course.duration()));
  }
}
