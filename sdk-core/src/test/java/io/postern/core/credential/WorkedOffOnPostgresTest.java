package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class WorkedOffOnPostgresTest extends WorkedOffContract {
  WorkedOffOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
