package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class HostKeysOnPostgresTest extends HostKeysContract {
  HostKeysOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
