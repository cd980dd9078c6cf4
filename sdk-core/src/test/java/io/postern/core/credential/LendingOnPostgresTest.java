package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class LendingOnPostgresTest extends LendingContract {
  LendingOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
