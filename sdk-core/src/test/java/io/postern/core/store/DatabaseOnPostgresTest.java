package io.postern.core.store;

class DatabaseOnPostgresTest extends DatabaseContract {
  DatabaseOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
