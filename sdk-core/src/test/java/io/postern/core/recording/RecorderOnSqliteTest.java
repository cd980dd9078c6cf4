package io.postern.core.recording;

import io.postern.core.store.StoreUnderTest;

class RecorderOnSqliteTest extends RecorderContract {
  RecorderOnSqliteTest() {
    super(StoreUnderTest.sqlite());
  }
}
