package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class ExtendingOnSqliteTest extends ExtendingContract {
  ExtendingOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
