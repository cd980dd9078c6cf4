package io.postern.core.recording;

import io.postern.core.store.StoreUnderTest;

class RecorderOnPostgresTest extends RecorderContract {
  RecorderOnPostgresTest() {
    super(StoreUnderTest.postgres());
  }
}
