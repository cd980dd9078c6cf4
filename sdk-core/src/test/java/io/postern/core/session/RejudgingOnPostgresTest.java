package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class RejudgingOnPostgresTest extends RejudgingContract {
  RejudgingOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
