package io.postern.core.jump;

import io.postern.core.store.StoreUnderTest;

class JudgeOnPostgresTest extends JudgeContract {
  JudgeOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
