package io.postern.core.store;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.nio.file.Path;
import java.sql.Driver;
import java.time.InstantSource;

/** Opens the embedded store: SQLite in a directory of this machine, for one process. */
public final class EmbeddedStore {
  private EmbeddedStore() {}

  /**
   * Opens the store in {@code directory}, which is made when it is missing, and brings its schema
   * up to date.
   *
   * @throws PosternException STORE_DRIVER_MISSING, STORE_IN_USE when another process or another
   *     store of this one has it open, STORE_SCHEMA, STORE_UNAVAILABLE
   */
  public static Database open(Path directory, InstantSource clock) {
    return open(directory, clock, EmbeddedStore.class.getClassLoader());
  }

  static Database open(Path directory, InstantSource clock, ClassLoader loader) {
    Database database = SqliteDatabase.open(directory, driver(loader));
    try {
      new Migrations(database, clock).run();
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** By name and not by DriverManager, which would pick whatever else the host has registered. */
  private static Driver driver(ClassLoader loader) {
    try {
      return Class.forName("org.sqlite.JDBC", true, loader)
          .asSubclass(Driver.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
      throw new PosternException(
          ErrorCode.STORE_DRIVER_MISSING,
          "the embedded store needs SQLite's driver, which is not there: add the dependency"
              + " org.xerial:sqlite-jdbc, or give a DataSource of a PostgreSQL database",
          e);
    }
  }
}
