package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class DetailOnSqliteTest extends DetailContract {
  DetailOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
