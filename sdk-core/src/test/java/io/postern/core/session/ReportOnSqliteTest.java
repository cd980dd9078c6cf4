package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class ReportOnSqliteTest extends ReportContract {
  ReportOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
