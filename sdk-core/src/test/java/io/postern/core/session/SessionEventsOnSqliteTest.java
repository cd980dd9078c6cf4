package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class SessionEventsOnSqliteTest extends SessionEventsContract {
  SessionEventsOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
