package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class HostKeysOnSqliteTest extends HostKeysContract {
  HostKeysOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
