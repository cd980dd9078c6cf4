package io.postern.core.approval;

import io.postern.core.PosternUnderTest;

class DecidingOnSqliteTest extends DecidingContract {
  DecidingOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
