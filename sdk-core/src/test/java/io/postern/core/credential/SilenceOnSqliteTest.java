package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class SilenceOnSqliteTest extends SilenceContract {
  SilenceOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
