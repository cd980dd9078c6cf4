package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class StartingOnSqliteTest extends StartingContract {
  StartingOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
