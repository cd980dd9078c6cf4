package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class CatalogListsOnPostgresTest extends CatalogListsContract {
  CatalogListsOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
