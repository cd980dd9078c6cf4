package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class CatalogListsOnSqliteTest extends CatalogListsContract {
  CatalogListsOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
