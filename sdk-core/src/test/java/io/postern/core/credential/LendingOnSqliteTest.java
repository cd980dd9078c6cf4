package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class LendingOnSqliteTest extends LendingContract {
  LendingOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
