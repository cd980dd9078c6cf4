package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class LiveChangeOnSqliteTest extends LiveChangeContract {
  LiveChangeOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
