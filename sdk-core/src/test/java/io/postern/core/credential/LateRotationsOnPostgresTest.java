package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class LateRotationsOnPostgresTest extends LateRotationsContract {
  LateRotationsOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
