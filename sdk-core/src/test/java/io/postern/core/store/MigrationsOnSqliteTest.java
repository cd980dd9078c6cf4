package io.postern.core.store;

class MigrationsOnSqliteTest extends MigrationsContract {
  MigrationsOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
