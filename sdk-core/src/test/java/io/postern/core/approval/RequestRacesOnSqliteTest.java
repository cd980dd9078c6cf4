package io.postern.core.approval;

import io.postern.core.PosternUnderTest;

class RequestRacesOnSqliteTest extends RequestRacesContract {
  RequestRacesOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
