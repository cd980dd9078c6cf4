package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class SearchOnPostgresTest extends SearchContract {
  SearchOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
