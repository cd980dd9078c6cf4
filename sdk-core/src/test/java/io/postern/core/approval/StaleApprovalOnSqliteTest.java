package io.postern.core.approval;

import io.postern.core.PosternUnderTest;

class StaleApprovalOnSqliteTest extends StaleApprovalContract {
  StaleApprovalOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
