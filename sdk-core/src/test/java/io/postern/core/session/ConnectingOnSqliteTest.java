package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class ConnectingOnSqliteTest extends ConnectingContract {
  ConnectingOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
