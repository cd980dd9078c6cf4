package io.postern.core.approval;

import io.postern.core.PosternUnderTest;

class RequestRacesOnPostgresTest extends RequestRacesContract {
  RequestRacesOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
