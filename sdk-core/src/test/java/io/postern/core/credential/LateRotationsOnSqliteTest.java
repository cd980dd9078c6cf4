package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class LateRotationsOnSqliteTest extends LateRotationsContract {
  LateRotationsOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
