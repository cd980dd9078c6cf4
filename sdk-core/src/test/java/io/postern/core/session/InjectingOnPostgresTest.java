package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class InjectingOnPostgresTest extends InjectingContract {
  InjectingOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
