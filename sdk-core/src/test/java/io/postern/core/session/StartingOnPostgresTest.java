package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class StartingOnPostgresTest extends StartingContract {
  StartingOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
