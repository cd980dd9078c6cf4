package io.postern.core.notice;

import io.postern.core.store.StoreUnderTest;

class NoticeOnPostgresTest extends NoticeContract {
  NoticeOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
