package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class RenewalOnPostgresTest extends RenewalContract {
  RenewalOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
