package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class LateLoansOnPostgresTest extends LateLoansContract {
  LateLoansOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
