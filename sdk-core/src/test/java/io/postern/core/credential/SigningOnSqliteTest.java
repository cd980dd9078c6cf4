package io.postern.core.credential;

import io.postern.core.store.StoreUnderTest;

class SigningOnSqliteTest extends SigningContract {
  SigningOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
