package io.postern.core.session;

import io.postern.core.CutSource;
import io.postern.core.PosternUnderTest;
import org.jspecify.annotations.Nullable;

/** The database cannot be reached. */
class StoreAwayOnPostgresTest extends StoreAwayContract {
  private @Nullable CutSource line;

  StoreAwayOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }

  @Override
  void open() {
    CutSource way = test.cuttable();
    line = way;
    test.open(builder -> builder.dataSource(way));
  }

  @Override
  void away(boolean away) {
    line.cut(away);
  }
}
