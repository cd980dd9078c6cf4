package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class WorkedOffOnSqliteTest extends WorkedOffContract {
  WorkedOffOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
