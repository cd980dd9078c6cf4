package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class ReportOnPostgresTest extends ReportContract {
  ReportOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
