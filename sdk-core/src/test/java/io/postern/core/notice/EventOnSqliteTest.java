package io.postern.core.notice;

import io.postern.core.store.StoreUnderTest;

class EventOnSqliteTest extends EventContract {
  EventOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
