package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class CatalogOnPostgresTest extends CatalogContract {
  CatalogOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
