package io.postern.core.store;

class DatabaseOnSqliteTest extends DatabaseContract {
  DatabaseOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
