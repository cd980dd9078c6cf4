package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class ConnectingOnPostgresTest extends ConnectingContract {
  ConnectingOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
