package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class SearchOnSqliteTest extends SearchContract {
  SearchOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
