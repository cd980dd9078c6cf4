package io.postern.core;

class WholeSessionOnPostgresTest extends WholeSessionContract {
  WholeSessionOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
