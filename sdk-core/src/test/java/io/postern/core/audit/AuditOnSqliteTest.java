package io.postern.core.audit;

import io.postern.core.store.StoreUnderTest;

class AuditOnSqliteTest extends AuditContract {
  AuditOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
