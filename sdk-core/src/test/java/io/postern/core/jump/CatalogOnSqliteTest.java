package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class CatalogOnSqliteTest extends CatalogContract {
  CatalogOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
