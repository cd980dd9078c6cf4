package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class DetailOnPostgresTest extends DetailContract {
  DetailOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
