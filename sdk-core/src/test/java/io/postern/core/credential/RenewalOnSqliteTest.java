package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class RenewalOnSqliteTest extends RenewalContract {
  RenewalOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
