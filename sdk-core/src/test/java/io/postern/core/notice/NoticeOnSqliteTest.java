package io.postern.core.notice;

import io.postern.core.store.StoreUnderTest;

class NoticeOnSqliteTest extends NoticeContract {
  NoticeOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
