package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class SigningOnPostgresTest extends SigningContract {
  SigningOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
