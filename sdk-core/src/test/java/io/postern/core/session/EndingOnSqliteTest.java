package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class EndingOnSqliteTest extends EndingContract {
  EndingOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
