package io.postern.core.approval;

import io.postern.core.PosternUnderTest;

class RevokingOnPostgresTest extends RevokingContract {
  RevokingOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
