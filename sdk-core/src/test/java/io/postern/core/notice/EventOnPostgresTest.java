package io.postern.core.notice;

import io.postern.core.store.StoreUnderTest;

class EventOnPostgresTest extends EventContract {
  EventOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
