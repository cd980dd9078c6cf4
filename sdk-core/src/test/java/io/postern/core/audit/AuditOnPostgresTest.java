package io.postern.core.audit;

import io.postern.core.store.StoreUnderTest;

class AuditOnPostgresTest extends AuditContract {
  AuditOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
