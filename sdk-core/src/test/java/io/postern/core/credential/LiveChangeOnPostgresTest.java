package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class LiveChangeOnPostgresTest extends LiveChangeContract {
  LiveChangeOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
