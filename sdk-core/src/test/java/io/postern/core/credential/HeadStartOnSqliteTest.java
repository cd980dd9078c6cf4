package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class HeadStartOnSqliteTest extends HeadStartContract {
  HeadStartOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
