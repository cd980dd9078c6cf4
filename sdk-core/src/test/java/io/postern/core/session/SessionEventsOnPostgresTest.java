package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class SessionEventsOnPostgresTest extends SessionEventsContract {
  SessionEventsOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
