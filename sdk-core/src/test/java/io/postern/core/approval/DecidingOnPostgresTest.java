package io.postern.core.approval;

import io.postern.core.PosternUnderTest;

class DecidingOnPostgresTest extends DecidingContract {
  DecidingOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
