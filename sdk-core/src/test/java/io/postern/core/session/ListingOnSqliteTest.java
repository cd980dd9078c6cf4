package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class ListingOnSqliteTest extends ListingContract {
  ListingOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
