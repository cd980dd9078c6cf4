package io.postern.core;

class PluginFolderOnSqliteTest extends PluginFolderContract {
  PluginFolderOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }
}
