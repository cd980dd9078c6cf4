package io.postern.core.approval;

import io.postern.core.PosternUnderTest;

class StaleApprovalOnPostgresTest extends StaleApprovalContract {
  StaleApprovalOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
