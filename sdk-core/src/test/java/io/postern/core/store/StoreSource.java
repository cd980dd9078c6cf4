package io.postern.core.store;

import io.postern.testing.PooledSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** A fresh PostgreSQL database for a test of the whole, on the one server of this JVM. */
public final class StoreSource {
  private PostgresServer server;
  private String name;
  private PooledSource source;

  public void open(ExtensionContext context) {
    server =
        context
            .getRoot()
            .getStore(Namespace.GLOBAL)
            .computeIfAbsent(
                PostgresServer.class,
                key -> PostgresServer.start().prepare(),
                PostgresServer.class);
    name = server.createDatabase();
    source = new PooledSource(server.source(name), 16);
  }

  public DataSource dataSource() {
    return source;
  }

  public void close() throws Exception {
    source.close();
    server.dropDatabase(name);
  }
}
