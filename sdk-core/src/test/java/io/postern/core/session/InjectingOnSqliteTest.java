package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class InjectingOnSqliteTest extends InjectingContract {
  InjectingOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
