package io.postern.core.approval;

import io.postern.core.PosternUnderTest;

class HiddenDeciderOnSqliteTest extends HiddenDeciderContract {
  HiddenDeciderOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
