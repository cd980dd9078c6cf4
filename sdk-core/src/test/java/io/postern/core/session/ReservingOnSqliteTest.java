package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class ReservingOnSqliteTest extends ReservingContract {
  ReservingOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
