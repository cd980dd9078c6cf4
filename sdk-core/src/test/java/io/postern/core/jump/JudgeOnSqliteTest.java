package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class JudgeOnSqliteTest extends JudgeContract {
  JudgeOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
