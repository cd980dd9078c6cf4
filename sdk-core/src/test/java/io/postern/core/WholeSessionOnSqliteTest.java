package io.postern.core;

class WholeSessionOnSqliteTest extends WholeSessionContract {
  WholeSessionOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
