package io.postern.core;

class ClosingOnPostgresTest extends ClosingContract {
  ClosingOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
