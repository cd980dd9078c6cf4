package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class ReservingOnPostgresTest extends ReservingContract {
  ReservingOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
