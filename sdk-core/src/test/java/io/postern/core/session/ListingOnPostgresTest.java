package io.postern.core.session;

import io.postern.core.PosternUnderTest;

class ListingOnPostgresTest extends ListingContract {
  ListingOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
