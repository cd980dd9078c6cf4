package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class LateLoansOnSqliteTest extends LateLoansContract {
  LateLoansOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
