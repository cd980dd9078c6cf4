package io.postern.core.store;

class MigrationsOnPostgresTest extends MigrationsContract {
  MigrationsOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
