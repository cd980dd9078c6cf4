package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class HeadStartOnPostgresTest extends HeadStartContract {
  HeadStartOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
