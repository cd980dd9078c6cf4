package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class EndingOnPostgresTest extends EndingContract {
  EndingOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
