package io.postern.core.inventory;

import io.postern.core.PosternUnderTest;

class InventoryOnSqliteTest extends InventoryContract {
  InventoryOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
