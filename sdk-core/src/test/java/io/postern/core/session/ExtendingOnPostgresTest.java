package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class ExtendingOnPostgresTest extends ExtendingContract {
  ExtendingOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
