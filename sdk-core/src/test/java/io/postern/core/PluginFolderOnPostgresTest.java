package io.postern.core;

class PluginFolderOnPostgresTest extends PluginFolderContract {
  PluginFolderOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }
}
