package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class SilenceOnPostgresTest extends SilenceContract {
  SilenceOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
