package io.postern.core;

class ClosingOnSqliteTest extends ClosingContract {
  ClosingOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
