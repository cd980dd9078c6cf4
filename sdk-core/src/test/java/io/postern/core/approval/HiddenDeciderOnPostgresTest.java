package io.postern.core.approval;

import io.postern.core.PosternUnderTest;

class HiddenDeciderOnPostgresTest extends HiddenDeciderContract {
  HiddenDeciderOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
