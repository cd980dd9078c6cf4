package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class RejudgingOnSqliteTest extends RejudgingContract {
  RejudgingOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
