package io.postern.core.approval;

import io.postern.core.PosternUnderTest;

class RevokingOnSqliteTest extends RevokingContract {
  RevokingOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
